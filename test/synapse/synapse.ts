import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { createSynapseAdmin, type SynapseAdmin } from "./admin.ts";
import { DATA_INSIDE, isSynapseAvailable, makeDataFolder } from "./chroot.ts";
import { homeserverYaml, logYaml, SERVER_NAME, type SynapseOptions } from "./homeserver-config.ts";
import { createServerProcess } from "./server-process.ts";

export type { Login } from "./admin.ts";
export { isSynapseAvailable } from "./chroot.ts";
export type { SynapseOptions } from "./homeserver-config.ts";

/** A real Synapse, of this test's own. */
export interface Synapse extends SynapseAdmin {
  /** Base URL without a slash at its end, the same after a restart. */
  url: string;
  serverName: string;
  /** Resolves when it answers. */
  ready(): Promise<void>;
  /** Ends it in good order. Its data stay. */
  stop(): Promise<void>;
  /** Ends it as a crash would. Its data stay. */
  kill(): Promise<void>;
  /** Stops it if it runs, and starts it on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts Debian's Synapse on loopback with empty data; several run side by side.
 *
 * @throws with Synapse's own log if it does not come up, or with what is absent on this machine (see {@link isSynapseAvailable})
 */
export async function startSynapse(options: SynapseOptions = {}): Promise<Synapse> {
  const availability = isSynapseAvailable();
  if (!availability.available) throw new Error(availability.reason);

  const folder = await makeDataFolder();
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const server = createServerProcess(folder, url);

  async function dispose(): Promise<void> {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await writeData(folder, port, options);
    await server.start();
  } catch (error) {
    await dispose();
    throw error;
  }

  return {
    url,
    serverName: SERVER_NAME,
    ready: server.ready,
    stop: server.stop,
    kill: server.kill,
    async restart() {
      await server.stop();
      await server.start();
    },
    ...createSynapseAdmin(url),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

async function writeData(folder: string, port: number, options: SynapseOptions): Promise<void> {
  const appservices: string[] = [];
  for (const file of options.appservices ?? []) {
    const name = `appservice-${appservices.length}.yaml`;
    await copyFile(file, `${folder}/${name}`);
    appservices.push(`${DATA_INSIDE}/${name}`);
  }
  await mkdir(`${folder}/media`);
  const seed = randomBytes(32).toString("base64").replace(/=+$/, "");
  await writeFile(`${folder}/signing.key`, `ed25519 a_test ${seed}\n`);
  await writeFile(`${folder}/log.yaml`, logYaml(DATA_INSIDE));
  await writeFile(`${folder}/homeserver.yaml`, homeserverYaml(DATA_INSIDE, port, options, appservices));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
