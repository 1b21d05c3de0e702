import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostServices } from "@rookery/host";
import { loadHost } from "../serve/load.ts";

export interface DevHost {
  services: HostServices;
  /** Leads into the playground, signed in if it is a new one-time link. */
  link: string;
  close(): Promise<void>;
}

/**
 * Starts a host for one plugin, with a playground that has no other bots. `rookery.yaml` in the
 * plugin's folder configures it: programs, say.
 *
 * @param options.pluginId keeps its sign-in apart from other hosts' on this machine
 * @param options.log gets the host's log, a line of JSON at a time
 */
export async function openDevHost(options: {
  dir: string;
  dataDir: string;
  port: number;
  pluginId: string;
  log: { write(line: string): void };
}): Promise<DevHost> {
  const { dir, dataDir, port, pluginId, log } = options;
  const { createLog, findAssets, loadConfig, spawnHomeserver, startHost } = await loadHost();
  const assets = findAssets();
  if (!existsSync(assets.worker)) {
    throw new Error("Rookery is not built yet. Run npm run build in its own folder, and this again.");
  }
  const configured = loadConfig({ env: process.env, cwd: dir });
  const config = {
    ...configured,
    ...{ dataDir, port, requireSignature: false },
    webhooks: { ...configured.webhooks, port: configured.webhooks.port ?? 0 },
  };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Whatever the author's .gitignore says: nothing of this is to be committed.
  await writeFile(join(dataDir, ".gitignore"), "*\n", { mode: 0o600 });

  await using opened = new AsyncDisposableStack();
  const homeserver = await spawnHomeserver(join(dataDir, "playground")).catch((cause: unknown) => {
    throw new Error(
      `The playground did not start. If another "rookery dev" uses ${dataDir}, end it, or name another --data-dir.`,
      { cause },
    );
  });
  opened.defer(homeserver.close);
  const host = await startHost({
    config,
    assets,
    log: createLog("debug", log),
    playground: { ...homeserver, bundles: [] },
    development: { name: pluginId },
  });
  opened.defer(host.close);
  const everything = opened.move();
  return {
    services: host.services,
    link: host.signInLink === null ? `${host.url}/playground` : `${host.signInLink}&to=/playground`,
    close: () => everything.disposeAsync(),
  };
}
