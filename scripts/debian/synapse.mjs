import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "../setup/lock.mjs";
import { APT_OPTIONS, system } from "./apt.mjs";

/** Outside of any clone: it takes a minute to make and half a gigabyte to keep. */
const CACHE = process.env.ROOKERY_TEST_CACHE ?? "/var/cache/rookery-test";
const FOLDER = process.env.ROOKERY_TEST_SYNAPSE_CHROOT ?? join(CACHE, "synapse-sid");

export function findSynapse() {
  if (existsSync(join(FOLDER, "usr/bin/synapse_homeserver"))) return { available: true, path: FOLDER };
  return { available: false, reason: `no matrix-synapse in ${FOLDER}` };
}

/**
 * Makes a folder with Debian sid and its matrix-synapse (no Debian release has one). It gets its name only when it is
 * whole; a second run that comes meanwhile waits and finds it made.
 */
export async function makeSynapse() {
  mkdirSync(CACHE, { recursive: true });
  await withLock(join(CACHE, "synapse-sid.lock"), async () => {
    if (findSynapse().available) return;
    for (const name of readdirSync(CACHE)) {
      if (name.startsWith(UNFINISHED)) await remove(join(CACHE, name)); // its maker was killed: the lock is ours
    }
    const folder = mkdtempSync(join(CACHE, UNFINISHED));
    try {
      await bootstrap(folder);
      renameSync(folder, FOLDER);
    } catch (error) {
      await remove(folder);
      throw error;
    }
  });
}

const UNFINISHED = "synapse-sid.unfinished-";

async function bootstrap(folder) {
  chmodSync(folder, 0o755);
  // debootstrap mounts /proc inside; in a mount namespace of its own that ends with it, however it ends.
  await system("unshare", "--mount", "debootstrap", "--variant=minbase", "sid", folder);
  const inside = (...command) => system("unshare", "--mount", "chroot", folder, ...command);
  const policy = join(folder, "usr/sbin/policy-rc.d"); // "start nothing", says an exit code of 101
  writeFileSync(policy, "#!/bin/sh\nexit 101\n");
  chmodSync(policy, 0o755);
  // sid's Release file can be past its date.
  await inside("apt-get", ...APT_OPTIONS, "-oAcquire::Check-Valid-Until=false", "update");
  await inside("apt-get", ...APT_OPTIONS, "install", "-y", "--no-install-recommends", "matrix-synapse");
  await inside("apt-get", "clean");
}

function remove(folder) {
  return system("rm", "-rf", "--one-file-system", folder);
}
