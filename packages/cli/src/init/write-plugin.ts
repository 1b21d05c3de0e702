import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface NewPlugin {
  id: string;
  name: string;
  /** As npm calls it. */
  slug: string;
}

const TEMPLATE = fileURLToPath(new URL("../../template/", import.meta.url));
/** What the template calls its files (other tools would take them for ours), and what the plugin does. */
const FILES = [
  ["plugin.json", "plugin.json"],
  ["src/index.ts", "src/index.ts"],
  ["test/index.ts", "test/index.test.ts"],
  ["package.template.json", "package.json"],
  ["tsconfig.template.json", "tsconfig.json"],
  ["README.md", "README.md"],
  ["gitignore", ".gitignore"],
] as const;

/** What a folder may hold and still be new: `git init` came first. */
const STAYS = new Set([".git"]);

/**
 * Writes a new plugin into a folder that is not there yet, or empty.
 *
 * @returns the names of the files
 * @throws Error where the folder holds something; nothing is written then
 */
export async function writePlugin(dir: string, plugin: NewPlugin): Promise<string[]> {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  await mkdir(dir, { recursive: true });
  const found = (await readdir(dir)).filter((name) => !STAYS.has(name));
  if (found.length > 0) {
    const some = found.sort().slice(0, 3).join(", ") + (found.length > 3 ? ", …" : "");
    throw new Error(
      `${dir} is not empty (${some}). Name a new folder: rookery init ${join(dir, plugin.slug)}, or empty this one first.`,
    );
  }
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  for (const [from, to] of FILES) {
    const show = to.endsWith(".json") ? inJson : (text: string) => text;
    const content = (await readFile(join(TEMPLATE, from), "utf8"))
      .replaceAll("__ID__", () => show(plugin.id))
      .replaceAll("__NAME__", () => show(plugin.name))
      .replaceAll("__PACKAGE__", () => show(plugin.slug))
      .replaceAll("__VERSION__", () => show(version));
    await mkdir(dirname(join(dir, to)), { recursive: true });
    await writeFile(join(dir, to), content, { flag: "wx" });
  }
  return FILES.map(([, to]) => to);
}
