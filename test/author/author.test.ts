import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instance, Plugin } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { openVisit } from "../page/visit.ts";
import { type DevSession, launchDev, startDev } from "./dev-session.ts";

const PROGRAM = join(import.meta.dirname, "../../packages/cli/bin/rookery.mjs");

let folder: string;
/** The plugin's, which `init` makes. */
let dir: string;
let fresh: string;
let dev: DevSession;

const save = (source: string) => writeFile(join(dir, "src/index.ts"), source);
/** The new plugin's source with one text in place of another. */
const edited = (from: string, to: string) => {
  expect(fresh).toContain(from);
  return fresh.replace(from, to);
};

/** Saves, and waits for what is then printed. */
async function saved(source: string, pattern: RegExp): Promise<string> {
  const since = dev.output().length;
  const printed = dev.printed(pattern, since);
  await save(source);
  await printed;
  return dev.output().slice(since);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-author-"));
  dir = join(folder, "dice");
  execFileSync(process.execPath, [PROGRAM, "init", "dice"], { cwd: folder });
  fresh = await readFile(join(dir, "src/index.ts"), "utf8");
  await save(edited("}!`", "}, and welcome!`"));
  dev = await startDev(PROGRAM, dir);
});

afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it("what does not build is shown with its place, the old version goes on, and the next good save heals", async () => {
  const output = await saved(edited("setup(bot) {", "setup(bot) { const = 1;"), /The version before goes on/);
  expect(output).toMatch(/wrong The plugin cannot be built\.\nsrc\/index\.ts:10:22: Expected identifier/);
  expect(await dev.ask("!hello")).toBe("Hello, you, and welcome!");

  await saved(edited("}!`", "}, again!`"), /Reloaded in/);
  expect(await dev.ask("!hello")).toBe("Hello, you, again!");
});

it("a setup() that throws is shown with its place, the old version goes on, and the next save is taken", async () => {
  const thrown = edited("setup(bot) {", 'setup(bot) {\n    throw new Error("No dice.");');
  const output = await saved(thrown, /The version before goes on/);
  expect(output).toMatch(
    /error It did not start: No dice\.\n +at .*src\/index\.ts:11:\d+.*\n(?: +at .*\n)*.* wrong The bot did not start/,
  );
  expect(output).not.toContain("rolled back");
  expect(await dev.ask("!hello")).toBe("Hello, you, again!");

  await saved(edited("}!`", "}, after all!`"), /Reloaded in/);
  expect(await dev.ask("!hello")).toBe("Hello, you, after all!");
});

it("what throws in a handler is in the log, with its place", async () => {
  const throws = 'bot.command("roll", "Roll", () => {\n throw new Error("It rolled away.");\n });';
  await saved(edited("setup(bot) {", `setup(bot) {\n${throws}`), /Reloaded in/);
  const printed = dev.printed(/failed .*It rolled away\.\n.*src\/index\.ts:12:\d+/);
  await dev.you.say(dev.roomId, "!roll");
  await printed;
});

it("wrong types are shown with their places, a config that is none among them", async () => {
  const types = await saved(
    edited("setup(bot) {", 'setup(bot) {\n const n: number = "one"; n;'),
    /src\/index\.ts:11:8: Type 'string' is not assignable to type 'number'/,
  );
  expect(types).toMatch(/Reloaded in/);

  const config = edited("config: Type.Object({", "config: Type.Array(Type.String()), x: ({");
  const shown = await saved(config, /The version before goes on/);
  expect(shown).toMatch(/The plugin's config is not made by Type\.Object\(\)\. \(src\/index\.ts:5:3\)/);
  await saved(fresh, /Reloaded in/);
});

it("new defaults show, what was set by hand stays, and what no longer fits is said", async () => {
  const { id } = (await dev.api<Instance[]>("GET", "/instances"))[0] ?? { id: "" };
  await saved(edited('default: "Hello"', 'default: "Ahoj"'), /Reloaded in/);
  expect(await dev.ask("!hello")).toBe("Ahoj, you!");

  await dev.api("PATCH", `/instances/${id}`, { config: { greeting: "Servus" } });
  await saved(edited('default: "Hello"', 'default: "Moin"'), /Reloaded in/);
  expect(await dev.ask("!hello")).toBe("Servus, you!");

  const number = edited('Type.String({ default: "Hello"', "Type.Integer({ default: 7");
  const output = await saved(number, /"greeting" no longer fits/);
  expect(output).toMatch(/Reloaded in/);
  expect(await dev.ask("!hello")).toBe("7, you!");

  const missing = edited('Type.String({ default: "Hello"', "Type.String({ minLength: 1");
  const refused = await saved(missing, /The version before goes on/);
  expect(refused).toMatch(/src\/index\.ts:6:5: "greeting" has no default\. .*--settings/);
  await saved(fresh, /Reloaded in/);
});

it("a handler that never ends holds up no save, and the new version does what it left undone", async () => {
  const hang = (word: string, more: string) =>
    `bot.command("hang", "Hang", async (ctx) => { await ctx.send("${word}"); ${more} });`;
  const endless = hang("old", "await new Promise(() => undefined);");
  await saved(edited("setup(bot) {", `setup(bot) { ${endless}`), /Reloaded in/);
  const said = (word: string) =>
    dev.you.until(dev.roomId, (events) => events.some(({ content }) => content.body === word));
  await dev.you.say(dev.roomId, "!hang");
  await said("old");
  const again = hang("new", 'await ctx.reply("done");');
  const output = await saved(edited("setup(bot) {", `setup(bot) { ${again}`), /Reloaded in/);
  expect(Number(/Reloaded in (\d+) ms/.exec(output)?.[1])).toBeLessThan(8_000);
  // What was sent for this event before is sent once.
  await said("done");
  expect((await dev.you.history(dev.roomId)).map(({ content }) => content.body)).not.toContain("new");
  await saved(fresh, /Reloaded in/);
});

it("a second one on the same folder is refused, and the first goes on", async () => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, "dev"], { cwd: dir, encoding: "utf8" });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/another "rookery dev" uses .*, end it, or name/),
  ]);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(await dev.ask("!hello")).toBe("Hello, you!");
});

it("what the manifest asks for is granted, and another ID is another plugin", async () => {
  const manifest = JSON.parse(await readFile(join(dir, "plugin.json"), "utf8"));
  const printed = dev.printed(/Reloaded in/);
  const permissions = { network: ["api.example.org"] };
  await writeFile(join(dir, "plugin.json"), JSON.stringify({ ...manifest, permissions }));
  await printed;
  const [plugin] = await dev.api<Plugin[]>("GET", "/plugins");
  expect(plugin).toMatchObject({ granted: permissions, waiting: null });

  const refused = dev.printed(/plugin\.json: the ID was org\.example\.dice, .*Start dev anew/);
  await writeFile(join(dir, "plugin.json"), JSON.stringify({ ...manifest, id: "org.example.other" }));
  await refused;
  const back = dev.printed(/Reloaded in/);
  await writeFile(join(dir, "plugin.json"), JSON.stringify(manifest));
  await back;
});

it("Ctrl-C lets a handler end and leaves no process; the next one goes on with the bot's data", async () => {
  const counts = `const key = "count";
    bot.command("count", "Count", async (ctx) => {
      const count = ((await bot.store.get<number>(key)) ?? 0) + 1;
      await bot.store.set(key, count);
      await ctx.send("begun");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return ctx.reply(String(count));
    });`;
  await saved(edited("setup(bot) {", `setup(bot) {\n${counts}`), /Reloaded in/);
  const { roomId } = dev;
  await dev.you.say(roomId, "!count");
  await dev.you.until(roomId, (events) => events.some(({ content }) => content.body === "begun"));
  expect(await dev.interrupt()).toEqual({ code: 0, left: [] });

  await writeFile(join(folder, "settings.json"), JSON.stringify({ greeting: "Salve" }));
  dev = await startDev(PROGRAM, dir, ["--settings", join(folder, "settings.json")]);
  expect(dev.roomId).toBe(roomId);
  expect(await dev.ask("!count")).toBe("2");
  expect(await dev.ask("!hello")).toBe("Salve, you!");
  expect(execFileSync("git", ["init", "-q"], { cwd: dir, encoding: "utf8" })).toBe("");
  const status = execFileSync("git", ["status", "--short", "-uall"], { cwd: dir, encoding: "utf8" });
  expect(status).not.toMatch(/rookery|node_modules/);
});

it("what does not build at the start is waited for", async () => {
  await dev.interrupt();
  await save("export default 1 +;");
  await using other = await launchDev(PROGRAM, dir, ["--data-dir", join(folder, "other")]);
  expect(other.output()).toMatch(/src\/index\.ts:1:19: .*\n +Save again when it is mended\./);
  const runs = other.printed(/Dice runs\./);
  await save(fresh);
  await runs;
});

describeWith([isChromiumAvailable()], "the printed link", () => {
  it("leads a browser into the playground, signed in, also when it is opened again", async () => {
    await using again = await launchDev(PROGRAM, dir);
    await using visit = await openVisit();
    const { page, complaints } = visit;
    visit.expectComplaint(/status of 401 .*\/session\/one-time$/);
    for (const _ of [1, 2]) {
      await page.goto("about:blank");
      await page.goto(again.link);
      await page.waitForURL(/\/playground$/);
      await page.getByText("Ahoj, you!").first().waitFor();
    }
    expect(complaints).toEqual([]);
  });
});
