import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPlugin } from "@rookery/cli/build";

/** A plugin made of one file, built into a bundle as an author would. `more` is for its manifest. */
export async function bundleOf(
  name: string,
  source: string,
  permissions: object = {},
  more: object = {},
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "rookery-plugin-"));
  try {
    await mkdir(join(folder, "src"));
    const manifest = {
      id: `org.example.${name}`,
      version: "1.0.0",
      name,
      description: `Attempts ${name}`,
      license: "MIT",
      rookery: "^0.1.0",
      permissions,
      ...more,
    };
    await writeFile(join(folder, "plugin.json"), JSON.stringify(manifest));
    await writeFile(join(folder, "src/index.ts"), source);
    return (await buildPlugin(folder)).bundle;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
