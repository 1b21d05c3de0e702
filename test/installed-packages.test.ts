import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

interface Tree {
  version?: string;
  resolved?: string;
  dependencies?: Record<string, Tree>;
}

/** Every place of the tree under a name, as npm itself shows it. */
function placesOf(name: string): Tree[] {
  const shown = execFileSync("npm", ["ls", "--all", "--json", name], { cwd: ROOT, encoding: "utf8" });
  const found: Tree[] = [];
  const walk = (tree: Tree) => {
    for (const [each, inner] of Object.entries(tree.dependencies ?? {})) {
      if (each === name) found.push(inner);
      walk(inner);
    }
  };
  walk(JSON.parse(shown) as Tree);
  return found;
}

it.each(["request", "request-promise", "@matrix-org/matrix-sdk-crypto-nodejs"])(
  "has only a stand-in where matrix-bot-sdk would bring %s",
  (name) => {
    const places = placesOf(name);
    expect(places.length).toBeGreaterThan(0);
    for (const { version, resolved } of places) {
      expect(version).toMatch(/\.99$/);
      if (resolved !== undefined) expect(resolved).toMatch(/packages\/absent\//);
    }
  },
);

it("names no address of a registry or a machine in the lock file", () => {
  expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).not.toMatch(/"resolved": "https?:/);
});
