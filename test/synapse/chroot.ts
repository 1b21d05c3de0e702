import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Availability } from "../available.ts";

/** Where the data folder appears inside. */
export const DATA_INSIDE = "/mnt";

const PREFIX = "rookery-synapse-";

/** The Debian folder with the package `matrix-synapse`, made by scripts/debian.mjs. */
export function chrootFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (
    env.ROOKERY_TEST_SYNAPSE_CHROOT ??
    join(env.ROOKERY_TEST_CACHE ?? "/var/cache/rookery-test", "synapse-sid")
  );
}

/** Can a Synapse be started here? */
export function isSynapseAvailable(): Availability {
  const chroot = chrootFolder();
  if (!existsSync(join(chroot, "usr/bin/synapse_homeserver"))) {
    return {
      available: false,
      reason: `no matrix-synapse in ${chroot} (npm test makes it, as root on Debian)`,
    };
  }
  const [program = "", ...args] = [...NAMESPACE, "true"];
  const { status } = spawnSync(program, args);
  if (status === 0) return { available: true };
  return { available: false, reason: "this user may not enter a chroot here (unshare --mount fails)" };
}

/**
 * The command and first arguments that run what follows them in the chroot, with `dataFolder` at {@link DATA_INSIDE}.
 * All of it is one process, so a signal reaches the program itself; and it dies with the test process, however that
 * ends. The bind is seen in a mount namespace of its own only. Needs no root where Linux has user namespaces.
 */
export function enterChroot(dataFolder: string): string[] {
  const script = `mount --bind "$1" "$2${DATA_INSIDE}" && root=$2 && shift 2 && PATH=$PATH:/usr/sbin exec setpriv --pdeathsig KILL chroot "$root" "$@"`;
  return [...NAMESPACE, "sh", "-c", script, "sh", dataFolder, chrootFolder()];
}

const NAMESPACE = ["unshare", "--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

const TMPFS = 0x01021994;
const ROOM_BYTES = 1024 ** 3;

/** In memory, where there is room: on a disk, Synapse takes a third more time for a message. */
const DATA_HOME = isMemory("/dev/shm") ? "/dev/shm" : tmpdir();

function isMemory(path: string): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(path);
    accessSync(path, constants.W_OK);
    return type === TMPFS && bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Makes a new data folder, and removes those that killed test runs left: the name tells the process that made it. */
export async function makeDataFolder(): Promise<string> {
  for (const name of await dataFolders()) {
    const owner = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!isAlive(owner)) await rm(join(DATA_HOME, name), { recursive: true, force: true });
  }
  return mkdtemp(join(DATA_HOME, `${PREFIX}${process.pid}-`));
}

/** The names of all data folders that there are. */
export async function dataFolders(): Promise<string[]> {
  return (await readdir(DATA_HOME)).filter((name) => name.startsWith(PREFIX));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
