import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withNodeForNpm } from "./node.mjs";
import { npm } from "./npm.mjs";
import { StepError } from "./step.mjs";

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

/** Runs `npm ci`. */
export function installPackages(root) {
  const args = ["ci", "--include=dev", "--include=optional"]; // whatever NODE_ENV says
  const wanted = packagesOf(join(root, "package-lock.json")) ?? {};
  return withNodeForNpm(wanted, (node) => npm(args, root, node));
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
