import { relative } from "node:path";
import { type BuiltPlugin, buildPlugin } from "../build/index.ts";
import { readPluginFolder } from "../build/plugin-folder.ts";
import { createDevBot, DidNotStart, type Outcome } from "./bot.ts";
import { createHostLog } from "./host-log.ts";
import { openDevHost } from "./open-host.ts";
import { createRounds } from "./rounds.ts";
import { createTerminal } from "./terminal.ts";
import { createTypeWatch } from "./type-watch.ts";
import { watchFolder } from "./watch-folder.ts";

export interface DevOptions {
  /** The plugin's folder. */
  dir: string;
  dataDir: string;
  /** Of the page; 0 takes any. */
  port: number;
  /** What the bot's config is to be, beside its defaults. */
  settings: Record<string, unknown>;
}

/** How long a plugin's top-level code may run. */
const LOAD_MS = 3_000;
const GOES_ON = "The version before goes on. Save again when it is mended.";
const WAITS = "Save again when it is mended.";

/**
 * Runs a plugin in a host with a playground, and puts what is saved in its place, until `stopped`
 * resolves. What is wrong is shown; what ran before goes on meanwhile.
 */
export async function runDev(
  { dir, dataDir, port, settings }: DevOptions,
  out: NodeJS.WritableStream,
  stopped: Promise<unknown>,
): Promise<void> {
  const { manifest } = await readPluginFolder(dir);
  const terminal = createTerminal(out);
  const log = createHostLog(terminal);
  const types = createTypeWatch(dir, terminal);

  const build = () => buildPlugin(dir, { deadlineMs: LOAD_MS }).catch((error: Error) => error);
  // The first build needs no host, nor the host a build.
  const [host, first] = await Promise.all([
    openDevHost({ dir, dataDir, port, pluginId: manifest.id, log }),
    build(),
  ]);
  const bot = createDevBot(host.services, settings);
  let firstBuilt: BuiltPlugin | Error | undefined = first;
  let closing = false;
  let runs = false;
  let wasWrong = false;
  let webhooks = "";

  function wrong(text: string | null): void {
    wasWrong = true;
    if (text !== null) terminal.problem(text, runs ? GOES_ON : WAITS);
    else terminal.problem("The bot did not start; its log says why.", runs ? GOES_ON : WAITS);
  }

  function told({ kind, reset, webhooks: served }: Outcome, warnings: string[], since: number): void {
    const ms = Math.round(performance.now() - since);
    if (!runs) terminal.say(`${manifest.name} runs.`);
    else if (kind === "started") terminal.say(`Reloaded in ${ms} ms.`);
    else if (wasWrong) terminal.say("What runs is what is saved, again.");
    for (const warning of kind === "started" ? warnings : []) terminal.log("warn", warning);
    for (const name of reset)
      terminal.log("warn", `The setting "${name}" no longer fits, and is the default again.`);
    if (served.join() !== webhooks) for (const url of served) terminal.say(`Webhook: ${url}`);
    webhooks = served.join();
    runs = true;
    wasWrong = false;
  }

  const rounds = createRounds(async (since) => {
    types.stop();
    log.begin();
    const built = firstBuilt ?? (await build());
    firstBuilt = undefined;
    if (closing) return;
    if (built instanceof Error) return wrong(built.message);
    if (built.manifest.id !== manifest.id) {
      return wrong(
        `plugin.json: the ID was ${manifest.id}, and another makes another plugin. Start dev anew.`,
      );
    }
    try {
      told(await bot.update(built), built.warnings, since);
    } catch (error) {
      if (error instanceof DidNotStart) {
        runs = error.isBack;
        wrong(null);
      } else wrong(error instanceof Error ? error.message : String(error));
    }
    if (!closing) void types.check();
  });

  using _watch = watchFolder(dir, [dataDir], rounds.again);
  try {
    rounds.again(performance.now());
    await rounds.idle();
    terminal.say(`The playground: ${host.link}`);
    terminal.say(
      `Say !help there. Save a file in ${relative(process.cwd(), dir) || "this folder"}, and the bot is the new one. Ctrl-C ends it.`,
    );
    await stopped;
  } finally {
    closing = true;
    types.stop();
    await host.close();
  }
}
