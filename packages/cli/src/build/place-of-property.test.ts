import { readBundle } from "@rookery/host/bundle";
import { expect, it } from "vitest";
import { buildPlugin } from "./build-plugin.ts";
import { placeOfProperty } from "./place-of-property.ts";
import { entry, pluginFixture } from "./plugin-fixture.ts";

it("finds where a setting is defined, in the author's own files, after the config begins", async () => {
  await using plugin = await pluginFixture({
    "src/index.ts": entry(
      'import "lib";\nconst sides: number = 6;\nsides;',
      "config: Type.Object({\n  $x: Type.String({ default: '' }),\n  sides: Type.Integer({ default: 6 }),\n}), setup() {}",
    ),
    "node_modules/lib/index.js": "globalThis.y = { config: 1, lost: 2 };",
  });
  const { code } = readBundle((await buildPlugin(plugin.dir)).bundle);
  expect(placeOfProperty(code, "sides")).toBe("src/index.ts:7:3");
  expect(placeOfProperty(code, "$x")).toBe("src/index.ts:6:3");
  expect(placeOfProperty(code, "lost")).toBeNull();
});
