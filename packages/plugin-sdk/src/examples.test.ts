import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plugin } from "./define-plugin.ts";
import { SourceManifest } from "./manifest.ts";
import { createTestBot } from "./testing/index.ts";

const ROOT = join(import.meta.dirname, "../../..");
const BIN = join(ROOT, "node_modules/.bin");
const DOCUMENTS = ["docs/writing-plugins.md", "packages/plugin-sdk/README.md", "README.md"];

interface Example {
  /** Where it stands, such as `docs/writing-plugins.md:12`. */
  place: string;
  code: string;
}

/** The `ts` blocks of a text, each with its place. */
function examplesIn(file: string, text: string): Example[] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => ({
    place: `${file}:${text.slice(0, block.index).split("\n").length + 1}`,
    code: block[1] ?? "",
  }));
}

/** A source with its docstrings as text, and nothing else, every line where it was. */
function docstringsOf(source: string): string {
  return source
    .split("\n")
    .map((line) => /^ *\* ?(.*)$/.exec(line)?.[1] ?? "")
    .join("\n");
}

function allExamples(): Example[] {
  const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
  const sources = globSync("packages/plugin-sdk/src/**/*.ts", { cwd: ROOT }).filter(
    (file) => !file.includes(".test"),
  );
  return [
    ...DOCUMENTS.flatMap((file) => examplesIn(file, read(file))),
    ...sources.sort().flatMap((file) => examplesIn(file, docstringsOf(read(file)))),
  ];
}

const examples = allExamples();
const plugins = examples.filter(({ code }) => code.includes("export default definePlugin("));
/** Where `@rookery/plugin-sdk` is found as it is from a plugin's folder. */
let folder: string;

beforeAll(() => {
  const cache = join(ROOT, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nameOf = ({ place }: Example) => place.replaceAll(/[/:]/g, "_");

describe("an author who copies an example", () => {
  test("finds some, in the documents and in the docstrings", () => {
    const files = examples.map(({ place }) => place.split(":")[0]);

    expect(files).toEqual(expect.arrayContaining([...DOCUMENTS, "packages/plugin-sdk/src/context.ts"]));
    expect(plugins.length).toBeGreaterThan(20);
  });

  test("has no error of TypeScript's", { timeout: 60_000 }, () => {
    const files = examples.map((example) => {
      const file = join(folder, `${nameOf(example)}.ts`);
      writeFileSync(file, `${example.code}\nexport {};\n`);
      return file;
    });
    const config = join(folder, "tsconfig.json");
    const compilerOptions = {
      composite: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      noEmit: true,
    };
    const base = relative(dirname(config), join(ROOT, "tsconfig.base.json"));
    writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, files }));

    const { stdout, stderr } = spawnSync(join(BIN, "tsc"), ["-p", config], {
      cwd: folder,
      encoding: "utf8",
    });

    expect(stdout + stderr).toBe("");
  });

  test("has a test that passes", { timeout: 60_000 }, () => {
    const tests = examples.filter(({ code }) => code.includes('from "vitest"'));
    const own = join(folder, "tests");
    mkdirSync(own);
    for (const example of tests) writeFileSync(join(own, `${nameOf(example)}.test.ts`), example.code);
    writeFileSync(join(own, "vitest.config.mjs"), "export default { test: { exclude: [] } };\n");

    const { status, stdout, stderr } = spawnSync(join(BIN, "vitest"), ["run", "--root", own], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });

    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain(`Test Files  ${tests.length} passed`);
  });

  test.each(plugins)("has a plugin that starts: $place", async (example) => {
    const bot = await createTestBot(await load(example));

    expect(bot.log).toEqual([]);
  });
});

/** Nothing strips types below node_modules, so esbuild does. */
async function load(example: Example): Promise<Plugin> {
  const { code } = await transform(example.code, { loader: "ts" });
  const file = join(folder, `${nameOf(example)}.mjs`);
  writeFileSync(file, code);
  return ((await import(pathToFileURL(file).href)) as { default: Plugin }).default;
}

describe("what the guide promises", () => {
  test("its manifest is one", () => {
    const guide = readFileSync(join(ROOT, "docs/writing-plugins.md"), "utf8");
    const [, manifest = ""] = /^```json\n(.*?)^```$/ms.exec(guide) ?? [];

    expect(Value.Errors(SourceManifest, JSON.parse(manifest))).toEqual([]);
  });

  function under(heading: string): Promise<Plugin> {
    const guide = readFileSync(join(ROOT, "docs/writing-plugins.md"), "utf8");
    const line = guide.slice(0, guide.indexOf(`\n## ${heading}\n`)).split("\n").length;
    const lineOf = ({ place }: Example) => Number(place.split(":")[1]);
    const example = plugins.find((each) => each.place.startsWith("docs/") && lineOf(each) > line);
    if (!example) throw new Error(`There is no plugin under "${heading}".`);
    return load(example);
  }

  test.each([
    ["Hello", "!hello", ["Hello, Ada!"]],
    ["Hello", "!help", ["!hello – Greet the sender"]],
    ["Arguments", "!roll six", ['"sides" must be a whole number. Usage: !roll [sides] [note…]']],
    ["Texts and events", "What a Good Bot!", ["❤️"]],
    ["Texts and events", "see Issue #12", ["https://git.example.org/issues/12"]],
    ["Config", "ping", ["pong!"]],
    ["Answer", "!countdown", ["3", "* 2", "* 1", "🚀"]],
    ["When something goes wrong", "!show a/b", ["A name has no slash."]],
  ])("%s: %s", async (heading, message, answers) => {
    const bot = await createTestBot(await under(heading));

    expect((await bot.receive(message)).map(({ text }) => text)).toEqual(answers);
  });

  test("Arguments: a roll stays within its sides and keeps its note", async () => {
    const bot = await createTestBot(await under("Arguments"));

    const [answer] = await bot.receive("!r 2 for the door");

    expect(answer?.text).toMatch(/^[12] \(for the door\)$/);
  });

  test("Remember something: each room counts for itself", async () => {
    const bot = await createTestBot(await under("Remember something"));
    await bot.receive("!count");
    await bot.receive("!count", { roomId: "!other:test" });

    const [answer] = await bot.receive("!count");

    expect(answer?.text).toBe("That makes 2.");
  });

  test("On a schedule: each room that asked for it is reminded", async () => {
    const bot = await createTestBot(await under("On a schedule"));
    await bot.receive("!standup");
    await bot.receive("!standup", { roomId: "!other:test" });

    const answers = await bot.runSchedule("standup");

    expect(answers.map(({ roomId, text }) => [roomId, text])).toEqual([
      ["!other:test", "Stand-up in 15 minutes."],
      ["!room:test", "Stand-up in 15 minutes."],
    ]);
  });

  test("Keep tables: what is noted is listed, and can be swapped", async () => {
    const bot = await createTestBot(await under("Keep tables"));
    await bot.receive("!todo water the plants");
    await bot.receive("!todo feed the cat");
    await bot.receive("!swap 1 2");

    const [answer] = await bot.receive("!todos");

    expect(answer?.text).toBe("1. feed the cat\n2. water the plants");
  });

  test("Answer: what people write is not taken for HTML", async () => {
    const bot = await createTestBot(await under("Answer"));

    const [answer] = await bot.receive("!shout <img>");

    expect(answer?.content.formatted_body).toBe("<strong>&lt;img&gt;</strong>");
  });

  test("Pictures and other files: the cat is a picture, and closed", async () => {
    const plugin = await under("Pictures and other files");
    const bot = await createTestBot(plugin, { download: () => ({ type: "image/jpeg", size: 40_000 }) });

    const answers = await bot.receive("!cat");

    expect(answers.map(({ content }) => content.msgtype)).toEqual([undefined, "m.image"]);
    expect(bot.openFiles).toBe(0);
  });

  test("Rooms: an incident has a room of its own, and a spammer none", async () => {
    const bot = await createTestBot(await under("Rooms"));

    const [answer] = await bot.receive("!incident The door is stuck");
    await bot.receive("Buy cheap watches");

    const made = bot.rooms.get(answer?.text.split("#/")[1] ?? "");
    expect(made?.state("m.room.name")).toEqual({ name: "The door is stuck" });
    expect(made?.members.get("@ada:test")).toBe("invite");
    expect(bot.rooms.get("!room:test")?.members.get("@ada:test")).toBe("ban");
    expect(bot.removed).toHaveLength(1);
  });

  test("Network and programs: the banner is figlet's", async () => {
    const plugin = await under("Network and programs");
    const bot = await createTestBot(plugin, { programs: { figlet: (args) => ({ stdout: args.join(" ") }) } });

    expect((await bot.receive("!banner hi there"))[0]?.text).toBe("-- hi there");
  });
});
