import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { reasonOf } from "../errors.ts";

/** What every program may read: the system's programs and libraries, and what names and certificates need. */
const SYSTEM = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/run/current-system/sw"],
  ...[
    ...["alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "fonts", "gai.conf"],
    ...["host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types"],
    ...["nsswitch.conf", "pki", "resolv.conf", "ssl", "static"],
  ].map((name) => `/etc/${name}`),
];
/** Where a program finds its private directory. */
export const PRIVATE = "/private";
/** In bytes, of each file system in memory. */
const MEMORY_FILES = String(64 * 1024 * 1024);
const PROBE_DEADLINE_MS = 5_000;

/** What a program of the sandbox gets. */
export interface Enclosure {
  /** The program's file. */
  program: string;
  /** Its private directory, the one place that it may write to. */
  directory: string;
  /** Further files and folders that it may read. */
  readable: readonly string[];
  network: boolean;
}

/** A bubblewrap that works on this machine. */
export interface Bubblewrap {
  /** The command that the program's own arguments follow. */
  enclose(enclosure: Enclosure): string[];
}

/**
 * Tries which kind of sandbox the machine allows: user namespaces may be forbidden, and a container
 * may have no `/proc` to give.
 *
 * @param bwrap where bubblewrap is
 * @param hidden a folder that no program sees, wherever it lies: the data directory
 * @throws Error that says why none works
 */
export async function openBubblewrap(bwrap: string, hidden: string): Promise<Bubblewrap> {
  const run = promisify(execFile);
  const { stdout: help } = await run(bwrap, ["--help"], { timeout: PROBE_DEADLINE_MS });
  const sized = help.includes("--size ") ? ["--size", MEMORY_FILES] : [];
  const noNested = help.includes("--disable-userns") ? [["--unshare-user", "--disable-userns"]] : [];
  const kinds = [...noNested, ["--unshare-user"], []];
  const itself = realpathSync(bwrap);
  let failure: unknown;
  // Read-only, since the kernel's settings in it (`core_pattern`) are root's to write, capabilities or not.
  for (const proc of [["--proc", "/proc", "--remount-ro", "/proc"], []]) {
    for (const kind of kinds) {
      const enclose = enclosing([bwrap, ...kind], proc, sized, hidden);
      try {
        // A folder that is there, read instead of written: the probe has no private one.
        const [command = "", ...args] = enclose({
          ...{ program: itself, directory: "/usr", readable: [], network: true },
        });
        await run(command, [...args, "--version"], { timeout: PROBE_DEADLINE_MS });
        return { enclose };
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw new Error(reasonOf(failure).split("\n").filter(Boolean).at(-1));
}

function enclosing(start: string[], proc: string[], sized: string[], hidden: string): Bubblewrap["enclose"] {
  const system = SYSTEM.filter(existsSync);

  return ({ program, directory, readable, network }) => {
    const all = [...system, ...readable];
    const more = filesOf(program).filter((file) => !all.some((folder) => isBelow(file, folder)));
    const bind = (files: readonly string[]) => files.flatMap((file) => ["--ro-bind-try", file, file]);
    // Nothing that holds the hidden folder shows it, and what lies in it is shown only where it is named.
    const named = [...readable, ...more];
    const outside = [...system, ...named.filter((file) => !isBelow(file, hidden))];
    const holds = outside.some((folder) => isBelow(hidden, folder));
    return [
      ...start,
      ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
      ...(network ? [] : ["--unshare-net"]),
      ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
      ...bind(system),
      ...proc,
      ...["--dev", "/dev", ...sized, "--tmpfs", "/dev/shm", ...sized, "--tmpfs", "/tmp"],
      ...bind(outside.slice(system.length)),
      ...(holds ? [...sized, "--tmpfs", hidden] : []),
      ...bind(named.filter((file) => isBelow(file, hidden))),
      ...["--bind", directory, PRIVATE, "--chdir", PRIVATE],
      // What is left is bubblewrap's own root, in memory.
      ...["--remount-ro", "/", "--", program],
    ];
  };
}

/** A program's file, what it is a link to, and the Python environment that it is part of. */
function filesOf(program: string): string[] {
  const real = realpathSync(program);
  const environment = dirname(dirname(real));
  const isPython = existsSync(join(environment, "pyvenv.cfg"));
  return [program, isPython ? environment : real];
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + sep);
}
