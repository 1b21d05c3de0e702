import { readdir, readFile } from "node:fs/promises";

/** In the environment of a program that runs without a sandbox, and of what it starts. */
export const MARK = "ROOKERY_RUN";
const MAX_ROUNDS = 100;

/**
 * Kills what a program left behind outside of its process group, known by the mark that it inherited.
 * Rounds go on until one finds nothing, since what is found may just have started another. What
 * emptied its environment is not found: only a sandbox ends that.
 */
export async function killStragglers(mark: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await marked(`${MARK}=${mark}`);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

async function marked(entry: string): Promise<number[]> {
  // Where there is no /proc (macOS), nothing can be found.
  const names = await readdir("/proc").catch(() => []);
  const pids = names.map(Number).filter(Number.isInteger);
  const looks = pids.map(async (pid) => {
    // Another user's, or gone already.
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    return environment.split("\0").includes(entry) ? [pid] : [];
  });
  return (await Promise.all(looks)).flat();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
