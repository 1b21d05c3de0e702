import { readBundle } from "@rookery/host/bundle";
import AdmZip from "adm-zip";
import { describe, expect, it } from "vitest";
import { buildPlugin } from "./build-plugin.ts";
import { entry, pluginFixture } from "./plugin-fixture.ts";

const SOURCES = {
  "src/index.ts": entry(
    'import { greet } from "./greet.ts";\nimport answer from "answer";',
    "config: Type.Object({ greeting: Type.String({ default: greet(answer) }) }), setup() {}",
  ),
  "src/greet.ts":
    "// A comment of the author's.\nexport const greet = (n: number): string => 'Hello ' + n;\n",
  "node_modules/answer/package.json": '{ "main": "index.js" }',
  "node_modules/answer/index.js": "/*! @license Answer, (c) Deep Thought */\nmodule.exports = 42;\n",
  LICENSE: "MIT License",
  "README.md": "# Fixture",
};

const filesOf = (bundle: Buffer) =>
  new AdmZip(bundle, { noSort: true }).getEntries().map(({ entryName }) => entryName);

function sourceMapOf(code: string): { sources: string[]; sourcesContent: string[] } {
  const base64 = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\n$/.exec(code)?.[1] ?? "";
  return JSON.parse(Buffer.from(base64, "base64").toString());
}

async function refusal(
  files: Record<string, string>,
  manifest: Record<string, unknown> | null = {},
  options = {},
): Promise<string> {
  await using plugin = await pluginFixture(files, manifest);
  const { dir } = plugin;
  return await buildPlugin(dir, options).then(
    () => "The plugin was built.",
    (error: Error & { code?: string }) => `${error.code}: ${error.message.replaceAll(dir, "<dir>")}`,
  );
}

describe("a plugin is built into a bundle", () => {
  it("that the host reads, with the config's schema taken from the plugin", async () => {
    await using plugin = await pluginFixture(SOURCES, { permissions: { programs: ["cat"] }, $schema: "x" });
    const { bundle, manifest, sha256, warnings } = await buildPlugin(plugin.dir);
    expect(readBundle(bundle, { hostVersion: "0.1.0" })).toMatchObject({ manifest, sha256 });
    expect(manifest).toEqual({
      id: "org.example.fixture",
      version: "1.0.0",
      name: "Fixture",
      description: "A plugin of a test.",
      license: "MIT",
      rookery: "^0.1.0",
      permissions: { programs: ["cat"] },
      main: "plugin.js",
      configSchema: {
        type: "object",
        required: ["greeting"],
        properties: { greeting: { type: "string", default: "Hello 42" } },
      },
    });
    expect(warnings).toEqual([]);
  });

  it("with the same bytes for the same sources, wherever they lie", async () => {
    await using one = await pluginFixture(SOURCES);
    await using other = await pluginFixture(SOURCES);
    expect((await buildPlugin(one.dir)).sha256).toBe((await buildPlugin(other.dir)).sha256);
  });

  it("with its sources in the source map, named from the plugin's folder, and no other path", async () => {
    await using plugin = await pluginFixture(SOURCES);
    const { bundle } = await buildPlugin(plugin.dir);
    const { code } = readBundle(bundle);
    const map = sourceMapOf(code);
    expect(map.sources.sort()).toEqual(["node_modules/answer/index.js", "src/greet.ts", "src/index.ts"]);
    expect(map.sourcesContent).toContain(SOURCES["src/greet.ts"]);
    expect(bundle.toString() + JSON.stringify(map)).not.toContain(plugin.dir);
  });

  it("with its licenses and its README beside the code", async () => {
    await using plugin = await pluginFixture(SOURCES);
    const { bundle } = await buildPlugin(plugin.dir);
    expect(filesOf(bundle)).toEqual(["plugin.json", "plugin.js", "LICENSE", "LICENSES.txt", "README.md"]);
    expect(new AdmZip(bundle).readAsText("LICENSES.txt")).toContain("Deep Thought");
  });

  it("from another entry file where the manifest names one, and without a config", async () => {
    await using plugin = await pluginFixture({ "bot.js": entry("") }, { main: "bot.js" });
    const { bundle, manifest } = await buildPlugin(plugin.dir);
    expect(manifest).not.toHaveProperty("configSchema");
    expect(filesOf(bundle)).toEqual(["plugin.json", "plugin.js"]);
  });
});

describe("text that the sandbox takes for something else", () => {
  it("means the same in the bundle as in the source", async () => {
    const text = [
      "let x = 3; const down: number[] = []; while (x-->0) down.push(x);",
      "const raw = (strings: TemplateStringsArray) => strings.raw.join();",
      "const odd = { import(y: number) { return y; }, eval(y: number) { return -y; } };",
      "/* --> import('x') */",
      "const seen = [",
      `  down, "<!-- -->", \`a --> \${x} <!--\`, String.raw\`<!-- \\d -->\`, raw\`-->\`, "import (x)", "import/*", "eval(x)",`,
      '  /(?<!--x)-->/.test("-->"), /[<!--x]/.test("+"), /import (a|b)/.exec("import b")?.[1], odd.import(1), odd.eval(1),',
      "];",
    ].join("\n");
    const definition = "config: Type.Object({ seen: Type.Any({ default: seen }) }), setup() {}";
    await using plugin = await pluginFixture({ "src/index.ts": entry(text, definition) });
    const { manifest } = await buildPlugin(plugin.dir);
    expect(manifest.configSchema).toMatchObject({
      properties: {
        seen: {
          default: [
            ...[
              [2, 1, 0],
              "<!-- -->",
              "a --> -1 <!--",
              "<!-- \\d -->",
              "-->",
              "import (x)",
              "import/*",
              "eval(x)",
            ],
            ...[true, true, "b", 1, -1],
          ],
        },
      },
    });
  });
});

it("a secret setting is marked as one in the manifest", async () => {
  const config = 'Type.Object({ token: Type.String({ format: "secret", minLength: 8 }) })';
  const sources = { "src/index.ts": entry("", `config: ${config}, setup() {}`) };
  await using plugin = await pluginFixture(sources);
  const { manifest } = await buildPlugin(plugin.dir);
  expect(manifest.configSchema).toEqual({
    ...{ type: "object", required: ["token"] },
    properties: { token: { type: "string", format: "secret", minLength: 8 } },
  });
});

describe("what would not run is a build error with its place:", () => {
  it.each([
    [
      "a module of Node",
      'import { readFile } from "node:fs";\nreadFile;',
      /src\/index.ts:2:26: "node:fs" is a module of Node/,
    ],
    ["a module of Node by its old name", 'import os from "os";\nos;', /"os" is a module of Node/],
    ["a package that is not there", 'import nope from "nope";\nnope;', /npm install nope/],
    [
      "a file that is not there",
      'import nope from "./nope.ts";\nnope;',
      /src\/index.ts:2:18: Could not resolve/,
    ],
    ["the SDK's other parts", 'import * as t from "@rookery/plugin-sdk/testing";\nt;', /for its tests only/],
    ["a direct eval", 'eval("1");', /src\/index.ts:2:1: .* eval/],
    ["a syntax error", "const = 1;", /src\/index.ts:2:7: Expected identifier/],
    ["top-level await", "await 1;", /src\/index.ts:2:1: Top-level await/],
  ])("%s", async (_, before, message) => {
    const text = await refusal({ "src/index.ts": entry(before) });
    expect(text).toMatch(/^BUNDLE_CODE_REFUSED: The plugin cannot be built\.\n/);
    expect(text).toMatch(message);
  });

  it.each([
    [
      "use of what the sandbox has not",
      "process.exit(1);",
      /load in the sandbox: .*'exit'.* \(src\/index.ts:2:9\)/,
    ],
    ["a change of what all plugins share", "Array.prototype.x = 1;", /sandbox: .*\(src\/index.ts:2:\d+\)/],
    ["an error of its own", 'throw new Error("Not today.");', /sandbox: Not today\. \(src\/index.ts:2:7\)/],
  ])("%s", async (_, before, message) => {
    expect(await refusal({ "src/index.ts": entry(before) })).toMatch(message);
  });

  it("a missing default export", async () => {
    expect(await refusal({ "src/index.ts": "export const x = 1;" })).toMatch(/no default export/);
  });

  it("a config that is no object", async () => {
    const text = await refusal({ "src/index.ts": entry("", "config: Type.String(), setup() {}") });
    expect(text).toMatch(/config is not made by Type.Object/);
  });

  it("a secret setting that has no place of its own", async () => {
    const config = 'Type.Object({ tokens: Type.Array(Type.String({ format: "secret" })) })';
    const text = await refusal({ "src/index.ts": entry("", `config: ${config}, setup() {}`) });
    expect(text).toMatch(
      /^BUNDLE_MANIFEST_INVALID: .*"\/configSchema\/properties\/tokens\/items" cannot hold a secret: one is Type\.String\({ format: "secret" }\) without a default/,
    );
  });

  it("a missing entry file", async () => {
    expect(await refusal({})).toMatch(/There is no file "src\/index.ts"/);
  });

  it("code that never ends", async () => {
    const text = await refusal({ "src/index.ts": entry("for (;;) {}") }, {}, { deadlineMs: 500 });
    expect(text).toMatch(/did not end within 0.5 s/);
  });

  it("code that fills the memory", async () => {
    const before = "const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(all.length));";
    expect(await refusal({ "src/index.ts": entry(before) })).toMatch(/memory/);
  });
});

describe("plugin.json", () => {
  it("must be there", async () => {
    expect(await refusal(SOURCES, null)).toBe(
      "BUNDLE_NO_MANIFEST: There is no plugin.json in <dir>. Name the plugin's folder: rookery build path/to/plugin",
    );
  });

  it("must be valid, and the error names the file and the field", async () => {
    expect(await refusal(SOURCES, { id: "Hello" })).toMatch(
      /^BUNDLE_MANIFEST_INVALID: <dir>\/plugin.json is not a valid manifest: "\/id" must be a reverse domain name/,
    );
  });
});
