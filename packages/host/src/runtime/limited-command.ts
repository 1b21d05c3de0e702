import { accessSync, constants } from "node:fs";

/** What a Node process reserves and does not use (code range, stacks), which counts against the limit on its data. */
const RESERVED_MB = 768;
/** Elsewhere there is no such file, and it begins all the same. */
const ENDS_FIRST = "{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; ";
/** util-linux: the kernel ends the process when its parent is gone, also in the middle of a loop. */
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv", "/run/current-system/sw/bin/setpriv"].find(isExecutable);

/**
 * A command line that runs a Node process under the kernel's limits: no core dumps, no more data than
 * `memoryMb` and what Node reserves, no environment (shells make one), and (where `setpriv` is) an end with
 * its parent.
 *
 * @param endsFirst where the machine's memory runs out and it is Linux: what it does is easily missed
 */
export function limitedCommand(
  command: string[],
  memoryMb: number,
  endsFirst = false,
): [string, ...string[]] {
  const limits = `ulimit -c 0 && ulimit -d ${(RESERVED_MB + 2 * memoryMb) * 1024} && exec /usr/bin/env -i "$@"`;
  const tied = SETPRIV === undefined ? [] : [SETPRIV, "--pdeathsig", "KILL"];
  return ["/bin/sh", "-c", endsFirst ? ENDS_FIRST + limits : limits, "sh", ...tied, ...command];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
