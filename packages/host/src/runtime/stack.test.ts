import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { findAssets } from "../assets.ts";
import { readBundle } from "../bundle/index.ts";
import { createStackMapper } from "./stack.ts";

const NAME = "org.rookery.hello/plugin.js";
const hello = () => readBundle(readFileSync(`${findAssets().bundles}/hello.mbp`)).code;

/** Where a text stands, as a stack says it. */
function placeOf(code: string, text: string): string {
  const before = code.slice(0, code.indexOf(text)).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

test("a frame of a bundle points at its author's TypeScript", () => {
  const code = hello();
  const stack = `Error: boom\n    at greet (${NAME}:${placeOf(code, ".reply(")})`;
  const source = readFileSync(new URL("../../../../plugins/hello/src/index.ts", import.meta.url), "utf8");
  const line = source.split("\n").findIndex((text) => text.includes("ctx.reply(")) + 1;
  expect(createStackMapper(code, NAME)(stack)).toMatch(
    new RegExp(`^Error: boom\\n    at greet \\(src/index\\.ts:${line}:\\d+\\)$`),
  );
});

test("a stack that was really thrown leads to the line that threw", async () => {
  const contents = "type A = string;\nexport function go(a?: A) {\n  throw new Error('x' + a);\n}\n";
  const { outputFiles } = await build({
    ...{ stdin: { contents, loader: "ts", sourcefile: "src/go.ts" }, bundle: true, format: "cjs" },
    ...{ sourcemap: "inline", write: false, minify: true },
  });
  const code = outputFiles[0]?.text ?? "";
  const module = { exports: {} as { go?: () => void } };
  new Function("module", "exports", `${code}\n//# sourceURL=${NAME}`)(module, module.exports);
  let stack = "";
  try {
    module.exports.go?.();
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  // `new Function` puts two lines of its own in front.
  const shifted = stack.replace(/plugin\.js:(\d+)/g, (_all, line: string) => `plugin.js:${Number(line) - 2}`);
  expect(createStackMapper(code, NAME)(shifted)).toContain("src/go.ts:3:9");
});

test("the sandbox's own frames are left out, other code's stay", () => {
  const stack = "Error: boom\n    at a (file:///dist/worker.mjs:10:2)\n    at node:events:5:1";
  expect(createStackMapper(hello(), NAME)(stack)).toBe("Error: boom\n    at node:events:5:1");
});

test.each([
  ["comments without end", "//# sourceMappingURL=data:application/json\n".repeat(200_000)],
  [
    "a map that is all mappings",
    `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, sources: ["a"], names: [], mappings: "A,".repeat(1_500_000) })).toString("base64")}`,
  ],
])("with %s a stack is given back soon, as it is where the map takes long to read", (_what, code) => {
  const stack = `Error: boom\n    at ${NAME}:9:1`;
  const before = process.threadCpuUsage();
  // A fast machine has read all the mappings in time.
  expect(createStackMapper(code, NAME)(stack)).toMatch(/^Error: boom\n {4}at /);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(2_000);
});

test.each([
  ["no map", "exports.a = 1;"],
  ["a map that is no JSON", `//# sourceMappingURL=data:application/json;base64,${btoa("{")}`],
  ["a map without mappings", `//# sourceMappingURL=data:application/json;base64,${btoa('{"version":3}')}`],
  ["null for a map", `//# sourceMappingURL=data:application/json;base64,${btoa("null")}`],
])("with %s a stack stays readable", (_what, code) => {
  const stack = `Error: boom\n    at ${NAME}:1:1`;
  expect(createStackMapper(code, NAME)(stack)).toContain("Error: boom");
});
