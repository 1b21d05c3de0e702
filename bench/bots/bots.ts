import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildPlugin } from "@rookery/cli/build";
import { type Rookery, startRookery } from "../../test/rookery/rookery.ts";

/** A process that answers `!echo`, for one or more accounts. */
export interface Bots {
  readonly pid: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where the bots log in: a homeserver and one access token for each. */
export interface Logins {
  homeserverUrl: string;
  tokens: string[];
}

/** Starts bots of one kind. */
export type StartBots = (logins: Logins) => Promise<Bots>;

/**
 * Starts the host with instances of the echo plugin, and again on that data.
 *
 * @param instancesEach how many instances share an account; the first answers, the others wait for another word
 */
export async function startEchoHost(
  { homeserverUrl, tokens }: Logins,
  instancesEach = 1,
): Promise<Bots & { rookery: Rookery }> {
  // How fast it is, not how fast it is let.
  const rookery = await startRookery({ env: { ROOKERY_LIMITS_WRITES_PER_SECOND: "100000" } });
  const { bundle, manifest } = await buildPlugin(join(import.meta.dirname, "../plugins/echo"));
  await rookery.addPlugin(bundle);
  let count = 0;
  for (const accessToken of tokens) {
    const account = await rookery.addAccount({ homeserverUrl, accessToken });
    for (let nth = 0; nth < instancesEach; nth++) {
      const config = nth === 0 ? {} : { command: `echo${nth}` };
      const instance = { id: `echo-${count++}`, pluginId: manifest.id, accountId: account.id, config };
      await rookery.addInstance(instance);
    }
  }
  // Setting a password takes 64 MiB for a moment: what is measured is a host that has been set up before.
  await rookery.stop();
  await rookery.start();
  await untilRunning(rookery, count);
  return {
    rookery,
    get pid() {
      return rookery.pid;
    },
    [Symbol.asyncDispose]: rookery.dispose,
  };
}

/** Waits until all instances of the echo plugin run. */
export async function untilRunning(rookery: Rookery, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await rookery.until(`echo-${n}`, ({ status }) => status === "running");
}

/** Starts the floor: the bare loop, one for all accounts. */
export const startBareLoop = (logins: Logins) => startLoop("bare-loop.mjs", logins);

/** Starts the loop of matrix-bot-sdk, one for all accounts. */
export const startSdkLoop = (logins: Logins) => startLoop("sdk-loop.mjs", logins);

async function startLoop(file: string, { homeserverUrl, tokens }: Logins): Promise<Bots> {
  const program = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [program, homeserverUrl, ...tokens], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exit = once(child, "exit");
  await lines(child, tokens.length);
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exit;
    },
  };
}

/** Waits for this many lines of the program's output. */
async function lines({ stdout }: ChildProcess, count: number): Promise<void> {
  if (stdout === null || count === 0) return;
  let seen = 0;
  for await (const _line of createInterface({ input: stdout })) if (++seen === count) return;
  throw new Error(`The loop ended after ${seen} of ${count} logins.`);
}
