import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Availability, onPath } from "../available.ts";

/** One server's data folder, seen from this machine and from inside the chroot, and the way in. */
export interface Inside {
  outer: string;
  inner: string;
  /** The program and first arguments that run what follows them inside, as the same process. */
  enter: string[];
}

/** The Debian folder with the package `matrix-synapse`, made by scripts/debian.mjs. */
export function chrootFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (
    env.ROOKERY_TEST_SYNAPSE_CHROOT ??
    join(env.ROOKERY_TEST_CACHE ?? "/var/cache/rookery-test", "synapse-sid")
  );
}

/** Can {@link startSynapse} work here? Made for `describe.skipIf`. */
export function isSynapseAvailable(): Availability {
  const chroot = chrootFolder();
  if (!existsSync(join(chroot, "usr/bin/synapse_homeserver"))) {
    return {
      available: false,
      reason: `no matrix-synapse in ${chroot} (as root on Debian: npm test makes it)`,
    };
  }
  if (!isRoot() && !onPath("bwrap")) {
    return {
      available: false,
      reason: "Synapse's chroot can be entered by root, or with bubblewrap (bwrap)",
    };
  }
  return { available: true };
}

/** Makes a new data folder. Root enters by chroot(1), with the folder inside; others by bubblewrap, bound into it. */
export async function makeDataFolder(chroot = chrootFolder()): Promise<Inside> {
  if (isRoot()) {
    const parent = join(chroot, "var/lib");
    await sweep(parent);
    const outer = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
    return { outer, inner: `/var/lib/${basename(outer)}`, enter: [...diesWithUs(), "chroot", chroot] };
  }
  await sweep(tmpdir());
  const outer = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const inner = "/var/lib/matrix-synapse";
  const binds = ["--ro-bind", chroot, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"];
  return { outer, inner, enter: ["bwrap", ...binds, "--bind", outer, inner, "--die-with-parent"] };
}

const PREFIX = "rookery-hs-";

/** Removes what test runs that were killed left behind: the folder's name tells the process that made it. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (owner > 0 && !isAlive(owner)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Linux ends the server when the test process ends, however that ends. */
function diesWithUs(): string[] {
  return onPath("setpriv") ? ["setpriv", "--pdeathsig", "KILL", "--"] : [];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
