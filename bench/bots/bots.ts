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

/** Starts the host with one instance of the echo plugin for each account, and again on that data. */
export async function startEchoHost({ homeserverUrl, tokens }: Logins): Promise<Bots & { rookery: Rookery }> {
  const rookery = await startRookery();
  const { bundle, manifest } = await buildPlugin(join(import.meta.dirname, "../plugins/echo"));
  await rookery.addPlugin(bundle);
  for (const [n, accessToken] of tokens.entries()) {
    const account = await rookery.addAccount({ homeserverUrl, accessToken });
    await rookery.addInstance({ id: `echo-${n}`, pluginId: manifest.id, accountId: account.id });
  }
  // Setting a password takes 64 MiB for a moment: what is measured is a host that has been set up before.
  await rookery.stop();
  await rookery.start();
  await untilRunning(rookery, tokens.length);
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
export async function startBareLoop({ homeserverUrl, tokens }: Logins): Promise<Bots> {
  const program = join(import.meta.dirname, "bare-loop.mjs");
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
  throw new Error(`The bare loop ended after ${seen} of ${count} logins.`);
}
