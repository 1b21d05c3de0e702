import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
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

  test("has a test that passes", { timeout: 60_000 }, async () => {
    const tests = examples.filter(({ code }) => code.includes('from "node:test"'));
    const files = await Promise.all(tests.map((example) => compiled(example, ".test.mjs")));

    const { status, stdout, stderr } = spawnSync(process.execPath, ["--test", ...files], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });

    expect(tests.length).toBeGreaterThan(0);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/pass [3-9]\n/);
  });

  test.each(plugins)("has a plugin that starts: $place", async (example) => {
    const plugin = await load(example);
    const bot = await createTestBot(plugin, { config: entered(plugin) });

    expect(bot.log).toEqual([]);
  });
});

/** What the operator has to enter, since it has no default: a secret, say. */
function entered({ config }: Plugin): Record<string, unknown> {
  const { required = [], properties = {} } = (config ?? {}) as {
    required?: string[];
    properties?: Record<string, { default?: unknown }>;
  };
  const names = required.filter((name) => properties[name]?.default === undefined);
  return Object.fromEntries(names.map((name) => [name, "entered by the operator"]));
}

/** Nothing strips types below node_modules, so esbuild does. */
async function compiled(example: Example, ending: string): Promise<string> {
  const { code } = await transform(example.code, { loader: "ts" });
  const file = join(folder, nameOf(example) + ending);
  writeFileSync(file, code);
  return file;
}

async function load(example: Example): Promise<Plugin> {
  const file = await compiled(example, ".mjs");
  return ((await import(pathToFileURL(file).href)) as { default: Plugin }).default;
}

describe("what the guide promises", () => {
  test("its manifest is one", () => {
    const guide = readFileSync(join(ROOT, "docs/writing-plugins.md"), "utf8");
    const [, manifest = ""] = /^```json\n(.*?)^```$/ms.exec(guide) ?? [];

    expect(Value.Errors(SourceManifest, JSON.parse(manifest))).toEqual([]);
  });

  /** The plugin under a heading, or a later one. */
  function under(heading: string, index = 0): Promise<Plugin> {
    const guide = readFileSync(join(ROOT, "docs/writing-plugins.md"), "utf8");
    const at = ["##", "###"]
      .map((level) => guide.indexOf(`\n${level} ${heading}\n`))
      .find((found) => found > 0);
    const line = guide.slice(0, at ?? -1).split("\n").length;
    const lineOf = ({ place }: Example) => Number(place.split(":")[1]);
    const example = plugins.filter((each) => each.place.startsWith("docs/") && lineOf(each) > line)[index];
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

  test("Webhooks: what GitHub signed is said, and nothing else", async () => {
    const plugin = await under("Webhooks");
    const bot = await createTestBot(plugin, { config: { secret: "It's a secret" } });
    const push = { ref: "refs/heads/main", pusher: { name: "ada" }, repository: { full_name: "ada/engine" } };
    const body = JSON.stringify(push);
    const signature = `sha256=${createHmac("sha256", "It's a secret").update(body).digest("hex")}`;
    const headers = { "X-GitHub-Event": "push", "X-Hub-Signature-256": signature };
    const said = async (request: Parameters<typeof bot.callWebhook>[1]) =>
      (await bot.callWebhook("/github", request)).sent.map(({ roomId, text }) => [roomId, text]);

    expect(await said({ headers, body })).toEqual([
      ["!dev:example.org", "ada pushed to ada/engine (refs/heads/main)"],
    ]);
    expect(await said({ headers: { ...headers, "X-GitHub-Event": "ping" }, body })).toEqual([]);
    expect(bot.log).toEqual([]);

    const forged = [`${signature.slice(0, -1)}${signature.endsWith("0") ? "1" : "0"}`, "sha256=", ""];
    for (const each of forged) {
      expect(await said({ headers: { ...headers, "X-Hub-Signature-256": each }, body })).toEqual([]);
    }
    expect(await said({ headers, body: `${body} ` })).toEqual([]);
    expect(bot.log.map(({ message }) => message)).toEqual(
      Array.from({ length: 4 }, () => "A request from 127.0.0.1 is not signed with the secret."),
    );
    const open = await createTestBot(plugin);
    const empty = `sha256=${createHmac("sha256", "").update(body).digest("hex")}`;
    const { sent } = await open.callWebhook("/github", {
      headers: { ...headers, "X-Hub-Signature-256": empty },
      body,
    });
    expect(sent).toEqual([]);
  });

  test("Webhooks: a service that asks, and one that orders, get their answers", async () => {
    const bot = await createTestBot(await under("Webhooks", 1), { config: { token: "t" } });
    const ask = async (token: string) => {
      const query = `hub.verify_token=${token}&hub.challenge=1158`;
      const { status, body } = await bot.callWebhook(`/meta?${query}`, { method: "GET" });
      return [status, body];
    };
    expect([await ask("t"), await ask("x")]).toEqual([
      [200, "1158"],
      [403, ""],
    ]);
    const order = { headers: { authorization: "Bearer t" }, body: "tea" };
    expect(await bot.callWebhook("/order", order)).toMatchObject({
      status: 201,
      body: '{"eventId":"$answer1"}',
    });
    expect((await bot.callWebhook("/order", { body: "tea" })).status).toBe(401);
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

  test("Sub-commands: feeds are followed by moderators, and listed for everybody", async () => {
    const bot = await createTestBot(await under("Sub-commands, and who may use them"));
    const said = async (...[text, from]: Parameters<typeof bot.receive>) =>
      (await bot.receive(text, from)).map((answer) => answer.text);

    expect(await said("!feed add a")).toEqual(["Only this room's moderators may use !feed add."]);
    expect(await said("!follow a", { powerLevel: 50 })).toEqual(["👍"]);
    expect(await said("!feed list")).toEqual(["a"]);
    expect(await said("!help")).toEqual([
      "!feed add <url…> – Follow a feed\n!feed list – Which feeds are followed",
    ]);
  });

  test("Format it, and name people: the award is formatted, its words are not", async () => {
    const bot = await createTestBot(await under("Format it, and name people"));

    const [answer] = await bot.receive("!award @grace:test **<b>**");

    expect(answer?.content).toMatchObject({
      formatted_body: expect.stringContaining("<blockquote>\n<p>**&lt;b&gt;**</p>\n</blockquote>"),
      "m.mentions": { user_ids: ["@grace:test"] },
    });
    expect(answer?.text).toContain("[Spoiler: the prize]");
    expect(answer?.text).not.toContain("cake");
  });

  test("Threads: what is built is told below the command", async () => {
    const programs = { build: () => ({ stdout: "one\ntwo" }) };
    const bot = await createTestBot(await under("Threads"), { programs });

    const answers = await bot.receive("!build");

    expect(answers.map(({ text }) => text)).toEqual(["one", "two", "Done."]);
    expect(answers.map(({ content }) => content["m.relates_to"])).toMatchObject(
      answers.map(() => ({ rel_type: "m.thread", event_id: "$event1" })),
    );
    const [root, leaf] = await bot.runSchedule("news");
    expect(leaf?.content["m.relates_to"]).toMatchObject({ rel_type: "m.thread", event_id: root?.eventId });
  });

  test("People and rooms: moderators may sell watches, and the room is told about", async () => {
    const roomState = { "m.room.name": { name: "Office" }, "m.room.topic": { topic: "Work" } };
    const bot = await createTestBot(await under("People and rooms"), { roomState });

    expect(await bot.receive("cheap watches", { powerLevel: 50 })).toEqual([]);
    expect((await bot.receive("cheap watches"))[0]?.text).toBe("No watches in Office, please.");
    expect((await bot.receive("!about"))[0]?.text).toBe("Work; 2 people.");
  });

  test("Ask back: an order is taken", async () => {
    const bot = await createTestBot(await under("Ask back"));
    const said: (string | undefined)[] = [];
    for (const text of ["!order", "tea", "10", "2"]) said.push((await bot.receive(text))[0]?.text);

    expect(said[0]).toBe("Tea or coffee?");
    expect(said[2]).toMatch(/^This .* How many cups\?$/);
    expect(said[3]).toBe("2 × tea, coming.");
  });

  test("Pictures and other files: a song is a voice message, the ending is covered, the gate on a map", async () => {
    const plugin = await under("Pictures and other files", 1);
    const download = (url: string) => ({ type: url.endsWith("ogg") ? "audio/ogg" : "image/png", size: 1 });
    const bot = await createTestBot(plugin, { download });

    const sent = [];
    for (const text of ["!song", "!ending", "!where"]) sent.push((await bot.receive(text))[0]?.content);

    expect(sent).toMatchObject([
      { msgtype: "m.audio", "org.matrix.msc3245.voice": {} },
      { msgtype: "m.image", body: "The **end**", "page.codeberg.everypizza.msc4193.spoiler": true },
      { msgtype: "m.location", geo_uri: "geo:52.5163,13.3777" },
    ]);
    expect(bot.openFiles).toBe(0);
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
