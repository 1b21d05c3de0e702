import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pluginFixture } from "../build/plugin-fixture.ts";
import { writePlugin } from "../init/write-plugin.ts";
import { rookery } from "../testing/rookery.ts";

/** A plugin as `rookery init` makes it, gone when it is disposed of. */
async function freshPlugin() {
  const folder = await pluginFixture({}, null);
  await writePlugin(folder.dir, { id: "org.example.fresh", name: "Fresh", slug: "fresh" });
  return folder;
}

async function edit(dir: string, file: string, from: string, to: string): Promise<void> {
  const before = await readFile(join(dir, file), "utf8");
  expect(before).toContain(from);
  await writeFile(join(dir, file), before.replace(from, to));
}

describe("rookery test", () => {
  it("passes on a new plugin", async () => {
    await using plugin = await freshPlugin();
    const { stdout, stderr, code } = await rookery(["test"], plugin.dir);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/greets the sender by name/);
    expect(stdout).toMatch(/pass 2\n/);
  });

  it("fails with 1 where the answer is not what the test expects", async () => {
    await using plugin = await freshPlugin();
    await edit(plugin.dir, "src/index.ts", "}!`", "}?`");
    const { stdout, code } = await rookery(["test", plugin.dir, "--no-types"], "/");
    expect(code).toBe(1);
    expect(stdout).toContain("Hello, Ada?");
    expect(stdout).toMatch(/fail 2\n/);
  });

  it("fails with 1 at a wrong type, tells its place, and runs no test", async () => {
    await using plugin = await freshPlugin();
    await edit(
      plugin.dir,
      "src/index.ts",
      "setup(bot) {",
      'setup(bot) {\n    const n: number = "one";\n    n;',
    );
    const checked = await rookery(["test"], plugin.dir);
    expect([checked.code, checked.stdout]).toEqual([1, ""]);
    expect(checked.stderr).toMatch(
      /^src\/index\.ts:\d+:11: Type 'string' is not assignable to type 'number'\./,
    );
    expect(checked.stderr).toContain("rookery test --no-types");
  });

  it("gives everything else to node --test", async () => {
    await using plugin = await freshPlugin();
    const one = await rookery(
      ["test", "--no-types", "--test-reporter", "tap", "--test-name-pattern", "by name"],
      plugin.dir,
    );
    expect(one.stdout).toMatch(/^TAP version/);
    expect(one.stdout).toMatch(/# pass 1\n/);

    await writeFile(join(plugin.dir, "test/other.test.ts"), 'throw new Error("not asked for");');
    const named = await rookery(["test", "--no-types", "test/index.test.ts"], plugin.dir);
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining("pass 2\n")]);
  });

  it.each([
    [
      "a folder without a plugin",
      {},
      /^There is no plugin\.json in .*: rookery test path\/to\/plugin\. "rookery init" makes a new one\.\n$/,
    ],
    [
      "a plugin without tests",
      { "plugin.json": "{}" },
      /^There are no tests in .*\. Write the first as test\/index\.test\.ts\.\n$/,
    ],
  ])("says what to do in %s", async (_what, files, message) => {
    await using folder = await pluginFixture(files, null);
    const { stderr, code } = await rookery(["test"], folder.dir);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
