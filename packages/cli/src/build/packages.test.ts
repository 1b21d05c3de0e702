import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { readBundle } from "@rookery/host/bundle";
import AdmZip from "adm-zip";
import { describe, expect, test, vi } from "vitest";
import { startTestWorker } from "../../../host/src/testing/worker.ts";
import { buildPlugin } from "./build-plugin.ts";
import { entry, pluginFixture } from "./plugin-fixture.ts";

vi.setConfig({ testTimeout: 30_000 });

/** Builds a plugin that imports "outer", which requires "lib", which is `code`. */
async function buildWith(code: string, more: { use?: string; definition?: string; name?: string } = {}) {
  const { use = "outer;", definition, name = "index.js" } = more;
  await using plugin = await pluginFixture({
    "src/index.ts": entry(`import outer from "outer";\n${use}`, definition),
    "node_modules/outer/package.json": '{ "main": "main.js" }',
    "node_modules/outer/main.js": 'module.exports = require("lib");',
    "node_modules/lib/package.json": JSON.stringify({ main: name }),
    [`node_modules/lib/${name}`]: code,
  });
  return await buildPlugin(plugin.dir);
}

const refusal = (code: string) =>
  buildWith(code).then(
    () => "The plugin was built.",
    ({ message }: Error) => message,
  );

const WAY = "src/index.ts → node_modules/outer/main.js";

describe("what a package does when it is loaded, and cannot, is a build error with its place and the way there:", () => {
  test.each([
    [
      "a change of what all share",
      "exports.a = 1;\nArray.prototype.last = 1;",
      "(node_modules/lib/index.js:2:",
      "are frozen",
    ],
    ["a replaced method", "Promise.prototype.then = 1;", "(node_modules/lib/index.js:1:", "are frozen"],
    [
      "a with statement in a made function",
      'Function("a", "with (a) {}");',
      "(node_modules/lib/index.js:1:",
      "is strict",
    ],
    [
      "a global of browsers",
      "document.title;",
      "(node_modules/lib/index.js:1:",
      "a global of browsers or of Node",
    ],
    [
      "use of what is not there",
      'require("fs").readFileSync("x");',
      "(node_modules/lib/index.js:1:",
      'The package "lib" used "fs.readFileSync" of Node',
    ],
    [
      "a value of what is not there",
      'exports.eol = "a" + require("os").EOL;',
      "(node_modules/lib/index.js:1:",
      '"os" is not in the sandbox',
    ],
    [
      "what the stand-in has not",
      'require("crypto").createSign("x");',
      "(node_modules/lib/index.js:1:",
      "Use crypto.subtle.sign",
    ],
  ])("%s", async (_, code, place, why) => {
    const text = await refusal(code);
    expect(text).toContain(place);
    expect(text).toContain(why);
    expect(text).toContain(`That is in the package "lib", by way of ${WAY}.`);
  });

  test("a direct eval", async () => {
    expect(await refusal("exports.run = (text) => eval(text);")).toMatch(
      /node_modules\/lib\/index.js:1:25: Code in the sandbox cannot call eval directly/,
    );
  });
});

describe("what a package may do later, and cannot, is a warning with its place:", () => {
  test.each([
    [
      "a module that is not there",
      'const fs = require("fs");\nconst net = require("node:net");\nexports.read = () => fs.readFileSync("x") + net;',
      `"lib" imports "fs" and "net" of Node, which the sandbox has not; what of it needs that will throw when it is called. There is no disk: keep data in bot.store or bot.database, and get files with bot.files. There are no sockets. Make requests with fetch and the permission "network". (${WAY} → node_modules/lib/index.js:1:20)`,
    ],
    [
      "a module whose name only running code knows",
      "exports.load = (name) => require(name);",
      'node_modules/lib/index.js:1:26: "lib" loads a module whose name only running code knows. In the sandbox nothing can be loaded, so that this throws when it runs.',
    ],
    [
      "an import of such a one",
      "exports.load = (name) => import(name);",
      'node_modules/lib/index.js:1:26: "lib" loads a module whose name only running code knows. In the sandbox nothing can be loaded, so that this throws when it runs.',
    ],
  ])("%s", async (_, code, warning) => {
    expect((await buildWith(code)).warnings).toEqual([warning]);
  });

  test("a name that the stand-in has not", async () => {
    const code =
      'import { createHash, createSign } from "node:crypto"; export default () => [createHash, createSign];';
    expect((await buildWith(code, { name: "index.mjs" })).warnings).toEqual([
      `"lib" imports "createSign" from "crypto" of Node, which the sandbox has not; what of it needs that will throw when it is called. Use crypto.subtle.sign and verify, or a package such as @noble/curves. (${WAY} → node_modules/lib/index.mjs:1:22)`,
    ]);
  });

  test("but none for what did not come into the bundle, and none for what it can do without", async () => {
    await using plugin = await pluginFixture({
      "src/index.ts": entry('import { one } from "lib";\none;'),
      "node_modules/lib/package.json": '{ "main": "index.mjs", "sideEffects": false }',
      "node_modules/lib/index.mjs": 'export { read } from "./read.mjs"; export const one = 1;',
      "node_modules/lib/read.mjs": 'import fs from "fs"; export const read = () => fs.readFileSync("x");',
    });
    expect((await buildPlugin(plugin.dir)).warnings).toEqual([]);
    expect(
      (await buildWith('try { exports.fs = require("fs"); } catch { exports.fs = null; }')).warnings,
    ).toEqual([]);
  });
});

test("what is taken of an absent module can be passed on, extended and waited for, and throws when it is used", async () => {
  const { bundle } = await buildWith(
    `const http = require("http"); const { Agent } = http; class Mine extends Agent {}
     exports.ways = [() => http.get("x"), () => new Agent(), () => new Mine(), () => Mine.from.deep(), () => String(http.x)];
     exports.wait = (async () => (await http) === http && !({} instanceof Agent) && http.default === http)();`,
    {
      definition: `async setup(bot) {
        const said = outer.ways.map((way: () => unknown) => { try { return way(); } catch (error) { return (error as Error).message; } });
        bot.log.info(JSON.stringify([await outer.wait, ...said]));
      }`,
    },
  );
  const worker = startTestWorker(readBundle(bundle).code);
  await worker.start();
  const says = (name: string) =>
    `The package "lib" used "http.${name}" of Node, but "http" is not in the sandbox.`;
  expect(JSON.parse(worker.logs[0]?.message ?? "")).toEqual([
    true,
    ...["get", "Agent", "Agent", "Agent.from.deep", "x.toString"].map(says),
  ]);
});

describe("a stand-in", () => {
  test("is in nobody's bundle who names none, and its licenses are where it is", async () => {
    const without = await buildWith("module.exports = typeof Buffers + typeof module.process;");
    const using = await buildWith('module.exports = require("util").inspect(Buffer.from("x"));');
    expect(without.bundle.length).toBeLessThan(4_000);
    expect(using.bundle.length).toBeGreaterThan(20_000);
    expect(new AdmZip(using.bundle).readAsText("LICENSES.txt")).toMatch(
      /buffer 6\.0\.3[\s\S]*Feross Aboukhadijeh/,
    );
  });

  test("is the same module for all who import it, however they do", async () => {
    const { manifest } = await buildWith(
      'exports.same = [require("buffer").Buffer, require("node:buffer").Buffer, Buffer, require("stream").Readable.from];',
      {
        use: `import { Buffer as named } from "node:buffer"; import all from "buffer"; import { EventEmitter } from "events"; import Stream from "stream";
          const same = [named, all.Buffer, Buffer, ...outer.same.slice(0, 3)].every((each) => each === named);
          const streams = new Stream.Readable() instanceof EventEmitter && !!outer.same[3];`,
        definition: "config: Type.Object({ seen: Type.Any({ default: [same, streams] }) }), setup() {}",
      },
    );
    expect(manifest.configSchema).toMatchObject({ properties: { seen: { default: [true, true] } } });
  });

  test("gives the same bytes, wherever the plugin lies", async () => {
    const source = entry('import { Readable } from "stream";\nReadable.from([Buffer.from("x")]);');
    await using plugin = await pluginFixture({ "src/index.ts": source, "deep/in/it/src/index.ts": source });
    const deep = join(plugin.dir, "deep/in/it");
    await copyFile(join(plugin.dir, "plugin.json"), join(deep, "plugin.json"));
    expect((await buildPlugin(deep)).sha256).toBe((await buildPlugin(plugin.dir)).sha256);
  });

  test("is meant by its name, also where a package of that name is installed", async () => {
    await using plugin = await pluginFixture({
      "src/index.ts": entry('import { EventEmitter } from "events";\nnew EventEmitter();'),
      "node_modules/events/index.js": 'throw new Error("the package");',
    });
    await buildPlugin(plugin.dir);
  });
});

test.each([
  [
    "process.env",
    'typeof process + process.env.HOME + process.env["NODE_ENV"] + process.env.NODE_ENV',
    "undefinedundefinedproductionproduction",
  ],
  [
    "process.nextTick, cwd, platform and version",
    "[typeof process.nextTick, process.cwd(), process.platform, process.version].join()",
    "function,/,browser,",
  ],
  ["global", "String(global === globalThis)", "true"],
  [
    "no global by Function('return this'), since all code is strict",
    "String(Function('return this')())",
    "undefined",
  ],
])("packages find %s", async (_, expression, value) => {
  const { manifest } = await buildWith(`module.exports = ${expression};`, {
    definition: "config: Type.Object({ seen: Type.String({ default: outer }) }), setup() {}",
  });
  expect(manifest.configSchema).toMatchObject({ properties: { seen: { default: value } } });
});
