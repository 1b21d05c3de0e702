import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pluginFixture } from "../build/plugin-fixture.ts";
import { watchFolder } from "./watch-folder.ts";

/** Watches a folder; `next` resolves with the next change. */
function watching(dir: string) {
  let seen = 0;
  let tell: () => void = () => undefined;
  const watch = watchFolder(dir, [join(dir, "my-data")], () => {
    seen++;
    tell();
  });
  return {
    get seen() {
      return seen;
    },
    next: () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      }),
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

it("sees what is saved in place, by renaming, and in folders that are new", async () => {
  await using folder = await pluginFixture({ "src/index.ts": "1", "src/deep/er/x.ts": "1" });
  using watch = watching(folder.dir);
  const write = async (path: string) => {
    const next = watch.next();
    await writeFile(join(folder.dir, path), String(Math.random()));
    await next;
  };
  await write("plugin.json");
  await write("src/index.ts");
  await write("src/deep/er/x.ts");

  const renamed = watch.next();
  await writeFile(join(folder.dir, ".index.ts.new"), "2");
  await rename(join(folder.dir, ".index.ts.new"), join(folder.dir, "src/index.ts"));
  await renamed;
  await write("src/index.ts");

  const made = watch.next();
  await mkdir(join(folder.dir, "src/new"));
  await made;
  await write("src/new/y.ts");
});

it("does not see what packages, builds and the bot's own data write", async () => {
  await using folder = await pluginFixture({
    "src/index.ts": "1",
    ...{
      "node_modules/lib/x.js": "1",
      "dist/x.mbp": "1",
      ".rookery/rookery.db": "1",
      "my-data/rookery.db": "1",
    },
  });
  using watch = watching(folder.dir);
  const data = [".rookery/rookery.db", "my-data/rookery.db"];
  for (const path of ["node_modules/lib/x.js", "dist/x.mbp", ...data, ".env", "notes~"]) {
    await writeFile(join(folder.dir, path), "2");
  }
  // What comes after them is the first that is seen.
  const next = watch.next();
  await writeFile(join(folder.dir, "src/index.ts"), "2");
  await next;
  expect(watch.seen).toBe(1);
});
