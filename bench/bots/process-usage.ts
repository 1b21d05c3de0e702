import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Processor time that a process and those that it started have used so far, user and system, in milliseconds. */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const member of familyOf(pid)) {
    const stat = readFileSync(`/proc/${member}/stat`, "utf8");
    // The second field, the program's name, may hold spaces and brackets: count from its end (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / TICKS_PER_SECOND) * 1000;
}

/**
 * Memory that is in RAM now, in MB of 10⁶ bytes: all of a process, and of those that it started what
 * they hold for themselves. (The rest is the program's own file, which is there once for all of them.)
 */
export function residentMb(pid: number): number {
  const [first = pid, ...others] = familyOf(pid);
  return others.reduce((sum, other) => sum + statusMb(other, "RssAnon"), statusMb(first, "VmRSS"));
}

/** What a process holds for itself, in MB of 10⁶ bytes. */
export const privateMb = (pid: number): number => statusMb(pid, "RssAnon");

function statusMb(pid: number, field: "VmRSS" | "RssAnon"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024) / 1e6;
}

/** A process and all that descend from it. */
function familyOf(pid: number): number[] {
  const family = [pid];
  for (const member of family) {
    for (const thread of readdirSync(`/proc/${member}/task`)) {
      const children = readFileSync(`/proc/${member}/task/${thread}/children`, "utf8").trim();
      if (children !== "") family.push(...children.split(" ").map(Number));
    }
  }
  return family;
}
