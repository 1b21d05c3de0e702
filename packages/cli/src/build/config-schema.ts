import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { AppError } from "@rookery/host/bundle";
import type { SourceManifest } from "@rookery/plugin-sdk/manifest";
import { build } from "esbuild";
import type { Compiled } from "./compile.ts";
import type { Evaluated, Evaluation } from "./evaluate-worker.ts";
import { describeLoadError } from "./load-errors.ts";

/**
 * Evaluates the built code as the host will, in a worker with a compartment, and takes the config's
 * schema from the plugin it exports. `setup` is not run.
 *
 * @returns the JSON Schema, or null where the plugin has no config
 * @throws AppError BUNDLE_CODE_REFUSED where the code does not run there, with its place if known
 */
export async function readConfigSchema(
  { code, wayTo }: Pick<Compiled, "code" | "wayTo">,
  { id, permissions = {} }: Pick<SourceManifest, "id" | "permissions">,
  deadlineMs: number,
): Promise<Record<string, unknown> | null> {
  const name = `${id}/plugin.js`;
  const result = await evaluate(
    await workerCode(),
    { code, name, network: permissions.network ?? [] },
    deadlineMs,
  );
  if ("json" in result) return result.json === null ? null : JSON.parse(result.json);
  throw new AppError(
    "BUNDLE_CODE_REFUSED",
    `The plugin was built, but does not load in the sandbox: ${describeLoadError({ ...result, name, code, wayTo })}`,
  );
}

/**
 * The worker as one file, as the host's is: it may read nothing then, and SES can freeze the SDK
 * (the namespaces of real modules cannot be frozen; those that esbuild makes can).
 */
function workerCode(): Promise<string> {
  madeWorker ??= makeWorker();
  return madeWorker;
}

let madeWorker: Promise<string> | undefined;

async function makeWorker(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("./evaluate-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    // Not "cjs": a worker evaluates it as a script, whose functions would become globals.
    format: "iife",
    target: "node24",
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
}

function evaluate(worker: string, evaluation: Evaluation, deadlineMs: number): Promise<Evaluated> {
  const thread = new Worker(worker, {
    eval: true,
    workerData: evaluation,
    env: {},
    execArgv: ["--permission", "--no-warnings"],
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  return new Promise<Evaluated>((resolve) => {
    const fail = (error: string) => resolve({ error, stack: "" });
    const timer = setTimeout(() => {
      fail(`its code did not end within ${deadlineMs / 1000} s. Start endless work in setup().`);
    }, deadlineMs);
    thread.once("message", resolve);
    thread.once("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    thread.once("exit", () => {
      clearTimeout(timer);
      fail("its worker ended");
    });
  }).finally(() => thread.terminate());
}
