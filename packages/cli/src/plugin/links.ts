import { mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installedPackage, ownPackage } from "./installed-package.ts";

const SDK = "@rookery/plugin-sdk";
const BIN = fileURLToPath(new URL("../../bin/rookery.mjs", import.meta.url));

/**
 * Makes a plugin's folder find the SDK, Node's types and the `rookery` command: links in its
 * `node_modules` to those of the Rookery that runs this. What is found already stays, and so does what
 * the author installed. Where a plugin lies in Rookery's own repository, nothing is needed.
 */
export async function linkRookery(dir: string): Promise<void> {
  const modules = join(dir, "node_modules");
  const sdk = await ownPackage(SDK);
  if (sdk === null)
    throw new Error("Rookery's own packages are not installed. Run npm install in its folder.");
  if ((await installedPackage(SDK, dir)) !== sdk) await link(join(modules, SDK), sdk);
  if (await isLink(join(modules, SDK))) await link(join(modules, ".bin/rookery"), BIN);
  const types = await ownPackage("@types/node");
  if (types !== null && (await installedPackage("@types/node", dir)) === null) {
    await link(join(modules, "@types/node"), types);
  }
}

/** What is there and is no link is the author's, and stays. */
async function link(path: string, target: string): Promise<void> {
  const found = await readlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    // EINVAL: there is something else.
    if (error.code === "EINVAL") return target;
    throw error;
  });
  if (found === target) return;
  if (found !== null) await rm(path);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, "junction").catch((error: NodeJS.ErrnoException) => {
    // Another command put it there at the same time.
    if (error.code !== "EEXIST") throw error;
  });
}

async function isLink(path: string): Promise<boolean> {
  return await readlink(path).then(
    () => true,
    () => false,
  );
}
