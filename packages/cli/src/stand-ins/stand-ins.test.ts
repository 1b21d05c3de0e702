import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBundle } from "@rookery/host/bundle";
import { expect, test, vi } from "vitest";
import { startTestWorker } from "../../../host/src/testing/worker.ts";
import { buildPlugin } from "../build/index.ts";
import { entry, pluginFixture } from "../build/plugin-fixture.ts";
import { CASES } from "./cases.ts";

const require = createRequire(import.meta.url);
const OBSERVE = fileURLToPath(new URL("observe.cjs", import.meta.url));
const observe = require(OBSERVE) as (module: unknown, expression: string) => Promise<string>;

// Their packages throw errors of the same kinds as Node's, without its codes.
const WITHOUT_CODES = ["buffer", "events", "path", "string_decoder"];

/** What a module's cases give in a plugin, in the sandbox. */
async function observeInSandbox(name: string, cases: string[]): Promise<string[]> {
  await using folder = await pluginFixture({
    "src/module.cjs": `exports.required = require("${name}");`,
    "src/index.ts": entry(
      `import { required as m } from "./module.cjs"; import observe from "./observe.cjs"; globalThis.Buffer = Buffer;`,
      `async setup(bot) {
        const seen = await Promise.all(${JSON.stringify(cases)}.map((each) => observe(m, each)));
        bot.log.info(JSON.stringify(seen));
      }`,
    ),
  });
  await copyFile(OBSERVE, join(folder.dir, "src/observe.cjs"));
  const worker = startTestWorker(readBundle((await buildPlugin(folder.dir)).bundle).code);
  await worker.start();
  return JSON.parse(worker.logs.find(({ level }) => level === "info")?.message ?? "[]");
}

test.each(Object.entries(CASES))(
  "the stand-in for %s answers as Node's own module does",
  async (name, cases) => {
    // They tell of url.parse and of what the case of util.deprecate calls.
    vi.spyOn(process, "emitWarning").mockReturnValue();
    const own = await Promise.all(cases.map((each) => observe(require(`node:${name}`), each)));
    const seen = await observeInSandbox(name, cases);
    const comparable = (text = "") =>
      WITHOUT_CODES.includes(name) ? text.replace(/^(throws \w+) .*/, "$1") : text;
    const byCase = (results: string[]) =>
      Object.fromEntries(cases.map((each, index) => [each, comparable(results[index])]));
    expect(byCase(seen)).toEqual(byCase(own));
  },
  30_000,
);
