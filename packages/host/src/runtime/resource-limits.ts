import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

const MIB = 1024 * 1024;
const MAX_FILE_BYTES = 1024 * MIB;
const MAX_OPEN_FILES = 1024;

/** The names of the kernel's limits in `/proc/self/limits`, by those of prlimit. */
const KERNEL_NAMES = {
  as: "Max address space",
  cpu: "Max cpu time",
  fsize: "Max file size",
  nofile: "Max open files",
  core: "Max core file size",
};

/**
 * The arguments of prlimit for a program, each process of which may have: so much address space, the
 * processor for as long as its run may take on all cores, files of 1 GiB, 1,024 of them open, and no
 * core dump. Its number of processes is not limited: the kernel counts those of the whole user.
 */
export function limitArguments({ memoryMb, timeoutMs }: { memoryMb: number; timeoutMs: number }): string[] {
  const seconds = Math.ceil(timeoutMs / 1_000) * availableParallelism();
  const wanted = { as: memoryMb * MIB, cpu: seconds, fsize: MAX_FILE_BYTES, nofile: MAX_OPEN_FILES, core: 0 };
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Object.entries(wanted).map(([name, value]) => {
    // Nobody but root raises what is lower already.
    const hard = hardLimit(limits, KERNEL_NAMES[name as keyof typeof wanted]);
    return `--${name}=${Math.min(value, hard)}`;
  });
}

/** A line is: name, soft limit, hard limit, unit. */
function hardLimit(limits: string, name: string): number {
  const line = limits.split("\n").find((each) => each.startsWith(name));
  const hard = Number(line?.slice(name.length).trim().split(/\s+/)[1]);
  return Number.isNaN(hard) ? Number.POSITIVE_INFINITY : hard;
}
