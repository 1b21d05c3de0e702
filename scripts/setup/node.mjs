import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { run, StepError } from "./step.mjs";

/** The oldest Node that runs the host: it strips types, and has the permission model. */
const OLDEST = 24;

/**
 * The Node that the project runs under: the one that npm installed, else the running one.
 *
 * @returns its path
 * @throws {StepError} that says what to do when neither is new enough
 */
export async function projectNode(root) {
  const installed = join(root, "node_modules/.bin/node");
  let problem = `npm has none for ${process.platform}-${process.arch}`;
  if (existsSync(installed)) {
    try {
      const version = (await run(installed, ["--version"])).trim();
      if (major(version) >= OLDEST) return installed;
      problem = `the one in node_modules is ${version}`;
    } catch (error) {
      problem = `the one in node_modules does not run here: ${error.output?.trim() || error.message}`;
    }
  }
  if (major(process.version) >= OLDEST) return process.execPath;
  throw new StepError(
    `Rookery runs under Node ${OLDEST} or newer: ${problem}, and yours is ${process.version}. Install Node ${OLDEST} or newer and run the same command again.`,
  );
}

/**
 * Does `work` with the path of a Node that npm can run under. npm silently leaves out optional packages (the native
 * parts of tools) that want a newer Node than that; so where the running one is too old, the project's is fetched first.
 *
 * @param packages the `packages` of package-lock.json
 */
export async function withNodeForNpm(packages, work) {
  const suffix = `${process.platform}-${process.arch}`;
  const name = [`node-${suffix}`, `node-bin-${suffix}`].find((one) => packages[`node_modules/${one}`]);
  if (!name || isEnoughFor(packages)) return work(process.execPath);
  const folder = mkdtempSync(join(tmpdir(), "rookery-node-"));
  try {
    const { version } = packages[`node_modules/${name}`];
    await npm(["install", "--no-save", "--prefix", folder, `${name}@${version}`], folder);
    return await work(join(folder, "node_modules", name, "bin/node"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks npm's own reading of version ranges; where that cannot be had, the answer is no. */
function isEnoughFor(packages) {
  if (major(process.version) >= OLDEST) return true;
  try {
    const { satisfies } = createRequire(process.env.npm_execpath ?? "")("semver");
    return Object.values(packages)
      .filter(({ optional, engines }) => optional && engines?.node)
      .every(({ engines }) => satisfies(process.version, engines.node));
  } catch {
    return false;
  }
}

function major(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10);
}
