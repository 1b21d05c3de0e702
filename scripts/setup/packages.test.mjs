import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagesAreInstalled } from "./packages.mjs";

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rookery-packages-"));
  mkdirSync(join(root, "node_modules"));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (file, packages) => writeFileSync(join(root, file), JSON.stringify({ packages }));
const wanted = (packages) => write("package-lock.json", { "": {}, "packages/host": {}, ...packages });
const installed = (packages) => write("node_modules/.package-lock.json", packages);

const a = { version: "1.0.0", integrity: "sha512-a" };
const other = { os: [process.platform === "linux" ? "darwin" : "linux"], optional: true, ...a };

test("what the lock file wants is installed, whatever is for another platform", () => {
  wanted({ "node_modules/a": a, "node_modules/other": other });
  installed({ "node_modules/a": a });
  expect(packagesAreInstalled(root)).toBe(true);
});

test("no install, or one that did not come to its end, is not enough", () => {
  wanted({ "node_modules/a": a });
  expect(packagesAreInstalled(root)).toBe(false);
});

test.each([
  ["missing", {}],
  ["of another version", { "node_modules/a": { ...a, version: "1.0.1" } }],
  ["of another content", { "node_modules/a": { ...a, integrity: "sha512-b" } }],
  ["accompanied by one that is no longer wanted", { "node_modules/a": a, "node_modules/b": a }],
  ["accompanied by one for another platform", { "node_modules/a": a, "node_modules/other": other }],
])("a package that is %s calls for an install", (_, packages) => {
  wanted({ "node_modules/a": a, "node_modules/other": other });
  installed(packages);
  expect(packagesAreInstalled(root)).toBe(false);
});
