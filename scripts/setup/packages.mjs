import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { lastLines, run, StepError } from "./step.mjs";

/**
 * Is what package-lock.json wants in node_modules? Answered from the list that npm itself writes there when an
 * install is complete; so an install that was interrupted does not count, and a developer's `npm install` does.
 */
export function packagesAreInstalled(root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(join(root, "node_modules/.package-lock.json"));
  if (!wanted || !installed) return false;
  const missing = Object.entries(wanted).some(
    ([path, entry]) => path.startsWith("node_modules/") && !isSame(entry, installed[path]),
  );
  const foreign = Object.entries(installed).some(
    ([path, entry]) => !wanted[path] || !isForThisPlatform(entry),
  );
  return !missing && !foreign;
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw new StepError(`${lockFile} cannot be read: ${error.message}`);
  }
}

/** An optional package may be absent: it is for another platform, most often. */
function isSame(wanted, installed) {
  if (!installed) return Boolean(wanted.optional || wanted.devOptional);
  return wanted.version === installed.version && wanted.integrity === installed.integrity;
}

function isForThisPlatform({ os, cpu }) {
  return (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));
}

/** Runs `npm ci`. Nothing a package brings is executed. */
export async function installPackages(root) {
  const npm = process.env.npm_execpath ?? "";
  const itself = basename(npm) === "npm-cli.js";
  const cache = temporaryCache();
  const env = cache ? { ...process.env, npm_config_cache: cache } : process.env;
  try {
    if (itself) await run(process.execPath, [npm, ...ARGUMENTS], { cwd: root, env });
    else await run("npm", ARGUMENTS, { cwd: root, env, shell: process.platform === "win32" });
  } catch (error) {
    const findings = (error.output ?? "").split(/^npm error Clean install a project/m)[0]; // its usage text follows
    throw new StepError(explain(`${error.message}\n${findings}`, root), findings);
  } finally {
    if (cache) rmSync(cache, { recursive: true, force: true });
  }
}

const ARGUMENTS = [
  "ci",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--include=dev",
  "--include=optional",
  "--loglevel=error",
];

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
    (root) => `The disk is full. ${root} needs about 1 GB; make room and run the same command again.`,
  ],
  [
    /EROFS|EACCES|EPERM/,
    (root) =>
      `${root} (or npm's cache folder) may not be written to. Make it writable for you, or clone the repository where it is, then run the same command again.`,
  ],
  [
    /EUSAGE|in sync/,
    () =>
      "package.json and package-lock.json do not belong together. Run `npm install` once and commit package-lock.json.",
  ],
  [
    /npm cannot be run/,
    () => "npm is not on the PATH. Install Node.js with npm, then run `npm start` or `npm test`.",
  ],
];

function explain(output, root) {
  const found = EXPLANATIONS.find(([sign]) => sign.test(output));
  return found ? found[1](root) : `npm ci failed:\n${lastLines(output)}`;
}
