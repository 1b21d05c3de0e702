import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { STAND_INS } from "../build/stand-in-modules.ts";
import { standIns } from "../build/stand-ins.ts";

const TIMEOUT_MS = 60_000;

interface Found {
  found: string[];
  seen: number;
  dangerous: number;
}

/** Bundles as a plugin's code is. */
async function bundleOf(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "neutral",
    plugins: [standIns([])],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** All that is reached from what `code` exports, in a compartment of a worker after lockdown. */
async function lookAround(code: string, leak = false): Promise<Found> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("no-authority-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    // Not "cjs": its functions would become globals.
    format: "iife",
    define: { "import.meta.url": '"file:///"' },
    logLevel: "silent",
  });
  const worker = new Worker(outputFiles[0]?.text ?? "", {
    eval: true,
    workerData: { code, leak },
    execArgv: ["--no-warnings"],
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.once("message", resolve).once("error", reject);
      worker.once("exit", (exitCode) => reject(new Error(`It ended with ${exitCode}.`)));
    });
  } finally {
    await worker.terminate();
  }
}

test(
  "from the stand-ins, and from all that compartments are given, nothing with authority is reached",
  async () => {
    const requires = STAND_INS.map((name) => `${JSON.stringify(name)}: require("${name}")`);
    const imports = STAND_INS.map((name, index) => `import * as m${index} from "node:${name}";`);
    const namespaces = STAND_INS.map((name, index) => `"import of ${name}": m${index}`);
    const code = `${imports.join("\n")} module.exports = { ${[...requires, ...namespaces].join(", ")} };`;
    const { found, seen, dangerous } = await lookAround(await bundleOf(code));
    expect(found).toEqual([]);
    expect(seen).toBeGreaterThan(1_000);
    expect(dangerous).toBeGreaterThan(1_000);
  },
  TIMEOUT_MS,
);

test(
  "and where something has, it is found",
  async () => {
    const { found } = await lookAround("module.exports = {};", true);
    expect(found).toEqual(["globalThis.leak.0<inside>.__proto__.hidden().0 is process"]);
  },
  TIMEOUT_MS,
);
