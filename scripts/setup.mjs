// Makes a clone ready for `npm start`, `npm test` and `npm run bench`, which run it first.
// Plain JavaScript without dependencies, for any Node from 18 on: at this point there is nothing else.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./setup/lock.mjs";
import { projectNode } from "./setup/node.mjs";
import { installPackages, packagesAreInstalled } from "./setup/packages.mjs";
import { StepError, step } from "./setup/step.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function setUp({ forTests }) {
  await withLock(join(root, ".setup.lock"), async () => {
    if (!packagesAreInstalled(root)) {
      await step("installing packages (npm ci)", () => installPackages(root));
    }
    await build(await projectNode(root));
  });
  if (forTests) {
    const { prepareTestMachine, describeTestMachine } = await import("./debian.mjs");
    console.log(describeTestMachine(await prepareTestMachine()));
  }
}

/** The build says itself what it does, and does nothing when nothing changed. */
async function build(node) {
  const script = join(root, "scripts/build.ts");
  if (!existsSync(script)) return;
  const code = await new Promise((resolve, reject) => {
    const child = spawn(node, [script], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new StepError("The build failed; what it printed above says where.");
}

setUp({ forTests: process.argv.includes("--test") }).catch((error) => {
  if (error.output) console.error(`\n${error.output.trim()}`);
  console.error(`\nrookery: ${error instanceof StepError ? error.message : explainSystemError(error)}`);
  process.exitCode = 1;
});

function explainSystemError(error) {
  if (error.code === "EROFS" || error.code === "EACCES") {
    return `${root} may not be written to. Make it writable for you, or clone the repository where it is.`;
  }
  if (error.code === "ENOSPC") return `The disk that holds ${root} is full. Make room and try again.`;
  return error.stack;
}
