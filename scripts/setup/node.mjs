import { existsSync } from "node:fs";
import { join } from "node:path";
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
      problem = `the one in node_modules does not run here: ${error.output.trim() || error.message}`;
    }
  }
  if (major(process.version) >= OLDEST) return process.execPath;
  throw new StepError(
    `Rookery runs under Node ${OLDEST} or newer: ${problem}, and yours is ${process.version}. Install Node ${OLDEST} or newer and run the same command again.`,
  );
}

function major(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10);
}
