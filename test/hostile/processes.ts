import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** All processes that can be seen, from `/proc`. */
export function everyProcess(): Process[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid: Number(entry), parent, command }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** A process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const all = everyProcess();
  const family = [pid];
  for (const each of family) family.push(...all.filter(({ parent }) => parent === each).map((p) => p.pid));
  return family;
}

/** What a process holds in memory, in MB; 0 where it has ended. */
export function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
