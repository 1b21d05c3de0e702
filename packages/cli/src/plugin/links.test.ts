import { lstat, mkdir, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { pluginFixture } from "../build/plugin-fixture.ts";
import { linkRookery } from "./links.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

it("a plugin anywhere finds the SDK, Node's types and the command of the Rookery that links it", async () => {
  await using folder = await pluginFixture({});
  await linkRookery(folder.dir);
  const modules = join(folder.dir, "node_modules");
  const read = async (path: string) => JSON.parse(await readFile(join(modules, path), "utf8")).name;
  expect(await read("@rookery/plugin-sdk/package.json")).toBe("@rookery/plugin-sdk");
  expect(await read("@types/node/package.json")).toBe("@types/node");
  expect(await readlink(join(modules, ".bin/rookery"))).toBe(join(ROOT, "packages/cli/bin/rookery.mjs"));
});

it("links that are missing, lead nowhere or to another Rookery are put right", async () => {
  await using folder = await pluginFixture({});
  const modules = join(folder.dir, "node_modules");
  const sdk = join(modules, "@rookery/plugin-sdk");
  await linkRookery(folder.dir);
  const target = await readlink(sdk);
  for (const other of [join(folder.dir, "nowhere"), folder.dir, null]) {
    await rm(sdk);
    if (other !== null) await symlink(other, sdk);
    await linkRookery(folder.dir);
    expect(await readlink(sdk)).toBe(target);
  }
  await rm(modules, { recursive: true });
  await Promise.all([linkRookery(folder.dir), linkRookery(folder.dir)]);
  expect(await readlink(sdk)).toBe(target);
});

it("what the author installed there stays", async () => {
  await using folder = await pluginFixture({ "node_modules/@types/node/package.json": "{}" });
  const modules = join(folder.dir, "node_modules");
  await mkdir(join(modules, "@rookery/plugin-sdk"), { recursive: true });
  await linkRookery(folder.dir);
  for (const name of ["@rookery/plugin-sdk", "@types/node"]) {
    expect((await lstat(join(modules, name))).isDirectory()).toBe(true);
  }
});

it("a plugin in Rookery's own repository needs no link", async () => {
  await linkRookery(join(ROOT, "plugins/hello"));
  expect(await readdir(join(ROOT, "plugins/hello"))).not.toContain("node_modules");
});
