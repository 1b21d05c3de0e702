import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import AdmZip from "adm-zip";
import { expect, it } from "vitest";
import { writeBundle } from "./write-bundle.ts";

const manifest = {
  id: "org.example.hello",
  version: "1.0.0",
  name: "Hello",
  description: "Says hello.",
  license: "MIT",
  rookery: "^0.1.0",
  main: "plugin.js",
} as const;
const content = { manifest, code: "module.exports = {};\n" };

it("gives bytes that are fixed for all time", () => {
  const sha256 = createHash("sha256").update(writeBundle(content)).digest("hex");
  expect(sha256).toBe("7fe5abc058de8d3b5b9e0b60006e4ccc78801e10457a15381aef57b8c5bca3de");
});

it("gives the same bytes in another time zone, another locale and another process", () => {
  const module = fileURLToPath(new URL("./write-bundle.ts", import.meta.url));
  const script = `import { writeBundle } from ${JSON.stringify(module)};
    process.stdout.write(writeBundle(${JSON.stringify({ ...content, extra: { ö: "1", z: "2", a: "3" } })}).toString("base64"))`;
  const runIn = (env: Record<string, string>) =>
    execFileSync(process.execPath, ["--input-type=module", "--eval", script], { env, encoding: "utf8" });
  expect(runIn({ TZ: "Pacific/Kiritimati", LC_ALL: "sv_SE.UTF-8" })).toBe(
    runIn({ TZ: "America/Los_Angeles", LC_ALL: "C" }),
  );
});

it("puts the manifest first, the code second, and the rest in order", () => {
  const bytes = writeBundle({ ...content, extra: { "b.md": "b", LICENSE: "MIT", "a.md": "a" } });
  const names = new AdmZip(bytes, { noSort: true }).getEntries().map(({ entryName }) => entryName);
  expect(names).toEqual(["plugin.json", "plugin.js", "LICENSE", "a.md", "b.md"]);
});

it("writes what other programs read", () => {
  const zip = new AdmZip(writeBundle({ ...content, extra: { "größe.md": "Größe" } }));
  expect(JSON.parse(zip.readAsText("plugin.json"))).toEqual(manifest);
  expect(zip.readAsText("plugin.js")).toBe(content.code);
  expect(zip.readAsText("größe.md")).toBe("Größe");
  expect(zip.getEntry("plugin.js")?.header.time.getFullYear()).toBe(1980);
});
