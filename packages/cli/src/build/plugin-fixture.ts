import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const MANIFEST = {
  id: "org.example.fixture",
  version: "1.0.0",
  name: "Fixture",
  description: "A plugin of a test.",
  license: "MIT",
  rookery: "^0.1.0",
};

/** A plugin's folder for a test, gone when it is disposed of. `manifest: null` leaves out plugin.json. */
export async function pluginFixture(
  files: Record<string, string>,
  manifest: Record<string, unknown> | null = {},
): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "rookery-plugin-"));
  const all =
    manifest === null ? files : { "plugin.json": JSON.stringify({ ...MANIFEST, ...manifest }), ...files };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

/** A plugin's entry file: `before`, then a plugin with this `definition`. */
export function entry(before: string, definition = "setup() {}"): string {
  return `import { definePlugin, Type } from "@rookery/plugin-sdk";\n${before}\nexport default definePlugin({ ${definition} });\n`;
}
