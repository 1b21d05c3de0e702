import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildPlugin } from "../build/index.ts";
import { pluginFixture } from "../build/plugin-fixture.ts";
import { rookery } from "../testing/rookery.ts";
import { suggestNames, whyNotId, whyNotName } from "./names.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const emptyFolder = () => pluginFixture({}, null);

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

describe("rookery init", () => {
  it("makes a plugin without a question, named after its folder, and says how to go on", async () => {
    await using folder = await emptyFolder();
    const { stdout, stderr, code } = await rookery(["init", "Rolling dice"], folder.dir);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Made Rolling Dice \(org\.example\.rolling-dice\) in Rolling dice\.\n/);
    expect(stdout).toMatch(/\n {2}cd "Rolling dice"\n {2}npm run dev +runs it .*\n {2}npm test/);

    const dir = join(folder.dir, "Rolling dice");
    expect(await filesOf(dir)).toEqual([
      ...[".gitignore", "README.md", "package.json", "plugin.json"],
      ...["src/index.ts", "test/index.test.ts", "tsconfig.json"],
    ]);
    const { manifest, warnings } = await buildPlugin(dir);
    expect(warnings).toEqual([]);
    expect(manifest).toMatchObject({ id: "org.example.rolling-dice", name: "Rolling Dice" });
    expect(Object.keys(manifest.configSchema?.properties ?? {})).toEqual(["greeting"]);
    expect(JSON.parse(await readFile(join(dir, "package.json"), "utf8"))).toEqual({
      ...{ name: "rolling-dice", private: true, type: "module" },
      scripts: { dev: "rookery dev", test: "rookery test", build: "rookery build" },
    });
  });

  it("takes ID and name from flags, whatever characters the name has", async () => {
    await using folder = await emptyFolder();
    const name = 'Dice "$&" \\ Co';
    const args = ["init", ".", "--id", "com.example.dice", "--name", name, "--json"];
    const { stdout, code } = await rookery(args, folder.dir);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: "com.example.dice", name });
    expect(JSON.parse(await readFile(join(folder.dir, "plugin.json"), "utf8"))).toMatchObject({
      id: "com.example.dice",
      name,
    });
  });

  it("writes no path of this machine into any file", async () => {
    await using folder = await emptyFolder();
    await rookery(["init", "dice"], folder.dir);
    const dir = join(folder.dir, "dice");
    for (const file of await filesOf(dir)) {
      const content = await readFile(join(dir, file), "utf8");
      expect(content, file).not.toContain(ROOT);
      expect(content, file).not.toContain(folder.dir);
      expect(content, file).not.toMatch(/__[A-Z]+__/);
    }
  });

  it("has no error of TypeScript's, strictly checked from any folder", async () => {
    await using folder = await emptyFolder();
    await rookery(["init", "dice"], folder.dir);
    const dir = join(folder.dir, "dice");
    const { compilerOptions } = JSON.parse(await readFile(join(dir, "tsconfig.json"), "utf8"));
    expect(compilerOptions.strict).toBe(true);
    const tsc = (more: string[]) =>
      spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["--noEmit", ...more], { cwd: dir, encoding: "utf8" });
    expect(tsc(["--exactOptionalPropertyTypes"]).stdout).toBe("");

    const source = await readFile(join(dir, "src/index.ts"), "utf8");
    await writeFile(join(dir, "src/index.ts"), source.replace("ctx.args.name ??", "ctx.args.nam ??"));
    expect(tsc([]).stdout).toMatch(/^src\/index\.ts\(\d+,\d+\): error TS\d+: Property 'nam' does not exist/);
  });

  it("refuses a folder that is not empty, leaves it as it was, and says what to do", async () => {
    await using folder = await pluginFixture({ "notes.txt": "mine" }, null);
    const { stdout, stderr, code } = await rookery(["init", "."], folder.dir);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`${folder.dir} is not empty (notes.txt). Name a new folder: rookery init `);
    expect(await readdir(folder.dir)).toEqual(["notes.txt"]);
  });

  it("takes a folder with nothing but git's, which it leaves alone", async () => {
    await using folder = await emptyFolder();
    await mkdir(join(folder.dir, ".git"));
    expect(await rookery(["init", "."], folder.dir)).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    [["init"], /^Name one folder for the new plugin\.\nUsage: rookery init <folder>/],
    [
      ["init", "a", "--id", "Dice"],
      /^"Dice" cannot be a plugin's ID: .* such as org\.example\.dice\.\nUsage: /,
    ],
    [["init", "a", "--name", " "], /^A plugin's name has 1 to 64 characters\.\nUsage: /],
  ])("%j is not understood, and makes nothing", async (args, message) => {
    await using folder = await emptyFolder();
    const { stderr, code } = await rookery(args, folder.dir);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await readdir(folder.dir)).toEqual([]);
  });
});

it.each([
  ["dice", "org.example.dice", "Dice"],
  ["/home/ada/My_Great Bot!", "org.example.my-great-bot", "My Great Bot"],
  ["2048", "org.example.2048", "2048"],
  ["Café", "org.example.cafe", "Cafe"],
  ["日本", "org.example.bot", "Bot"],
  ["x".repeat(200), `org.example.${"x".repeat(60)}`, `X${"x".repeat(63)}`],
])("a folder %j suggests names that a manifest may have", (folder, id, name) => {
  expect(suggestNames(folder)).toMatchObject({ id, name });
  expect(whyNotId(id)).toBeNull();
  expect(whyNotName(name)).toBeNull();
});
