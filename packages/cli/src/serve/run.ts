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
  });

  console.log(whereItIs(host));
  if (homeserver)
    console.log(`The playground's homeserver is for development only (${homeserver.homeserverUrl}).`);

  manager?.ready(host.services.health.isAlive);
  const endCollecting = collectWhenQuiet();
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
    // A terminal that is closed says so with the same signal.
    if (process.stdin.isTTY) process.once("SIGHUP", resolve);
    else process.on("SIGHUP", () => void host.reload());
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
