import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Finding } from "./finding.ts";

const LEAST_FREE_MB = 500;
const what = "Data directory";

/** Whether the data directory can be written, by nobody else, and has room. */
export async function dataDirectory(dataDir: string): Promise<Finding[]> {
  const mode = await modeOf(dataDir);
  if (mode === undefined) {
    const parent = await nearestThere(dirname(dataDir));
    if (!(await isWritable(parent))) {
      const remedy = `Make it for the user that runs Rookery, or name another one with dataDir in the configuration.`;
      return [
        { what, state: "wrong", found: `${dataDir} is not there and cannot be made in ${parent}`, remedy },
      ];
    }
    return [
      { what, state: "note", found: `${dataDir} is not there yet`, remedy: "The first start makes it." },
    ];
  }
  const findings: Finding[] = [];
  if (!(await isWritable(dataDir))) {
    const remedy = `Give it to the user that runs Rookery: chown -R <user> ${dataDir}`;
    findings.push({ what, state: "wrong", found: `${dataDir} cannot be written by this user`, remedy });
  }
  for (const [path, wanted] of [
    [dataDir, "700"],
    [join(dataDir, "secret.key"), "600"],
  ] as const) {
    const bits = await modeOf(path);
    if (bits === undefined || (bits & 0o077) === 0) continue;
    const found = `${path} can be reached by others (mode ${(bits & 0o777).toString(8)})`;
    findings.push({ what, state: "wrong", found, remedy: `chmod ${wanted} ${path}` });
  }
  const { bavail, bsize } = await statfs(dataDir);
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMb < LEAST_FREE_MB) {
    const remedy = "Make room, or move the data directory: what cannot be stored is not answered.";
    findings.push({ what, state: "wrong", found: `${freeMb} MB free in ${dataDir}`, remedy });
  }
  return findings.length > 0 ? findings : [{ what, state: "well", found: `${dataDir}, ${freeMb} MB free` }];
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

async function nearestThere(path: string): Promise<string> {
  return (await modeOf(path)) === undefined && dirname(path) !== path ? nearestThere(dirname(path)) : path;
}

async function isWritable(path: string): Promise<boolean> {
  return await access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
