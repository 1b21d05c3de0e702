import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where code in a folder finds a package, as Node and TypeScript look for it; `null` where it does not. */
export async function installedPackage(name: string, from: string): Promise<string | null> {
  for (let folder = await realpath(from); ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return await realpath(path);
    if (folder === dirname(folder)) return null;
  }
}

/** Where this Rookery has a package. */
export function ownPackage(name: string): Promise<string | null> {
  return installedPackage(name, dirname(fileURLToPath(import.meta.url)));
}
