import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { lastLines, run, StepError } from "./step.mjs";

/**
 * Runs npm in `folder`, under the Node at the path `node` (default: this one). Nothing a package brings is executed.
 *
 * @throws {StepError} that says what went wrong and what to do
 */
export async function npm(args, folder, node = process.execPath) {
  const cli = process.env.npm_execpath ?? "";
  const all = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const cache = temporaryCache();
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`,
    ...(cache && { npm_config_cache: cache }),
  };
  try {
    if (basename(cli) === "npm-cli.js") await run(node, [cli, ...all], { cwd: folder, env });
    else await run("npm", all, { cwd: folder, env, shell: process.platform === "win32" });
  } catch (error) {
    const findings = (error.output ?? "").split(/^npm error Clean install a project/m)[0]; // its usage text follows
    throw new StepError(explain(`${error.message}\n${findings}`, folder), findings);
  } finally {
    if (cache) rmSync(cache, { recursive: true, force: true });
  }
}

/** A cache for this run alone, where npm's own cannot be used: without a HOME it would lie in the clone. */
function temporaryCache() {
  if (homedir()) {
    try {
      const own = process.env.npm_config_cache ?? join(homedir(), ".npm");
      mkdirSync(own, { recursive: true });
      accessSync(own, constants.W_OK);
      return undefined;
    } catch {
      // It lies where this user may not write.
    }
  }
  return mkdtempSync(join(tmpdir(), "rookery-npm-cache-"));
}

const EXPLANATIONS = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH/,
    () =>
      "The npm registry cannot be reached. Check the network (and `npm config get registry`, `npm config get proxy`), then run the same command again.",
  ],
  [
    /ENOSPC/,
    (folder) => `The disk is full. ${folder} needs about 1 GB; make room and run the same command again.`,
  ],
  [
    /EROFS|EACCES|EPERM/,
    (folder) =>
      `${folder} (or npm's cache folder) may not be written to. Make it writable for you, or clone the repository where it is, then run the same command again.`,
  ],
  [
    /EUSAGE|in sync/,
    () =>
      "package.json and package-lock.json do not belong together. Run `npm install` once and commit package-lock.json.",
  ],
  [
    /npm cannot be run/,
    () => "npm is not on the PATH. Install Node.js with npm, then run the same command again.",
  ],
];

function explain(output, folder) {
  const found = EXPLANATIONS.find(([sign]) => sign.test(output));
  return found ? found[1](folder) : `npm failed:\n${lastLines(output)}`;
}
