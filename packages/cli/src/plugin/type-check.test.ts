import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pluginFixture } from "../build/plugin-fixture.ts";
import { writePlugin } from "../init/write-plugin.ts";
import { linkRookery } from "./links.ts";
import { checkTypes } from "./type-check.ts";

it("what stricter options find is told of the author's sources, and not of the SDK's", async () => {
  await using folder = await pluginFixture({}, null);
  await writePlugin(folder.dir, { id: "org.example.fresh", name: "Fresh", slug: "fresh" });
  await linkRookery(folder.dir);
  const config = {
    compilerOptions: {
      ...{ strict: true, noPropertyAccessFromIndexSignature: true, noEmit: true, types: ["node"] },
      ...{ target: "es2024", module: "nodenext", allowImportingTsExtensions: true, skipLibCheck: true },
    },
    include: ["src", "test"],
  };
  await writeFile(join(folder.dir, "tsconfig.json"), JSON.stringify(config));
  const source = "export const names: Record<string, string> = {};\nnames.ada;";
  await writeFile(join(folder.dir, "src/more.ts"), source);
  expect(await checkTypes(folder.dir)).toEqual({
    errors: [expect.stringMatching(/^src\/more\.ts:2:7: Property 'ada' comes from an index signature/)],
  });
});

it("without a tsconfig.json nothing is checked, and that is said", async () => {
  await using folder = await pluginFixture({});
  expect(await checkTypes(folder.dir)).toEqual({
    skipped: "The types are not checked: there is no tsconfig.json.",
  });
});

it("a check that is given up ends at once", async () => {
  await using folder = await pluginFixture({ "tsconfig.json": "{}" });
  await expect(checkTypes(folder.dir, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
});
