import { build } from "esbuild";

/** Builds what runs from one file: the worker, which may read nothing else. */
await build({
  entryPoints: ["packages/host/src/worker/entry.ts"],
  outfile: "packages/host/dist/worker.mjs",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node26",
  sourcemap: true,
  logLevel: "warning",
});
