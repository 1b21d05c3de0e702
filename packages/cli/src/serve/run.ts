import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  collectWhenQuiet,
  createLog,
  findAssets,
  findServiceManager,
  type Host,
  loadConfig,
  loadConfiguration,
  startHost,
} from "@rookery/host";
import { spawnHomeserver } from "./homeserver.ts";

// For `rookery dev`, which puts a host together of its own.
export { createLog, findAssets, loadConfig, spawnHomeserver, startHost };

/** Runs the host until it is told to stop, and reads its configuration anew at a SIGHUP; with `--playground` a homeserver beside it. */
export async function runHost(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { config: { type: "string" }, playground: { type: "boolean", default: false } },
  });
  const given = { file: values.config, env: process.env, cwd: process.cwd() };
  const { config, origin, lineOf } = loadConfiguration(given);
  const manager = findServiceManager(process.env);
  const log = createLog(config.logLevel);
  const assets = findAssets();
  const reloads = takeReloads();
  const homeserver = values.playground ? await spawnHomeserver(join(config.dataDir, "playground")) : null;
  const host = await startHost({
    config,
    origin,
    lineOf,
    reread: () => loadConfiguration(given),
    assets,
    log,
    ...(homeserver
      ? {
          playground: {
            ...homeserver,
            bundles: ["hello", "instagram"].map((name) => join(assets.bundles, `${name}.mbp`)),
          },
        }
      : {}),
  }).catch(async (error: unknown) => {
    // It would keep this process, which has nothing to do any more.
    await homeserver?.close();
    throw error;
  });

  console.log(whereItIs(host));
  if (homeserver)
    console.log(`The playground's homeserver is for development only (${homeserver.homeserverUrl}).`);

  reloads.give(() => void host.reload());
  manager?.ready(host.services.health.isAlive);
  const endCollecting = collectWhenQuiet();
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
    // A terminal that is closed says so with the signal that else asks for the configuration to be read anew.
    if (process.stdin.isTTY) process.once("SIGHUP", resolve);
  });
  manager?.stopping();
  endCollecting();
  await host.close();
  await homeserver?.close();
}

function whereItIs({ url, socket, signInLink }: Host): string {
  const how =
    socket === null
      ? ""
      : `Rookery listens at ${socket}. Reach it through "ssh -L ${new URL(url).port}:${socket} <this machine>".\n`;
  return how + (signInLink === null ? `Rookery is at ${url}` : `Rookery is ready. Open ${signInLink}`);
}

/** Takes SIGHUPs from now on, since one that nobody takes ends the process; one that came early is given on later. */
function takeReloads(): { give(reload: () => void): void } {
  let isWanted = false;
  let act = () => {
    isWanted = true;
  };
  if (!process.stdin.isTTY) process.on("SIGHUP", () => act());
  return {
    give(reload) {
      act = reload;
      if (isWanted) reload();
    },
  };
}
