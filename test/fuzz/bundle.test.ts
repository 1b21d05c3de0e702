import { readBundle, writeBundle } from "@rookery/host/bundle";
import { expect, it } from "vitest";
import { zipBytes } from "../../packages/host/src/bundle/zip-bytes.ts";
import { AppError, ERRORS } from "../../packages/host/src/errors.ts";
import { MANIFEST } from "../hostile/good-bundle.ts";
import { lyingZip } from "./lying-zip.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "./run.ts";

const code = 'const { definePlugin } = require("@rookery/plugin-sdk");\n'.repeat(8);
const json = JSON.stringify(MANIFEST);
const SEEDS = [
  writeBundle({ manifest: MANIFEST as never, code }),
  zipBytes([
    { name: "plugin.json", content: json, deflate: true },
    { name: "docs/", unixMode: 0o040755 },
    { name: "plugin.js", content: code, deflate: true },
    { name: "docs/größe.md", content: "# Größe", unixMode: 0o100644, extra: Buffer.alloc(9) },
  ]),
];

it("whatever the bytes are, they are a bundle, or are refused with a code that is the bundle's", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  let taken = 0;
  await fuzz("bundles", 0.4, (random) => {
    const bytes = random.int(2) === 0 ? mutateBytes(random.pick(SEEDS), random) : lyingZip(random);
    try {
      const { manifest, size } = readBundle(bytes, { hostVersion: "0.1.0" });
      if (manifest.id === "" || size !== bytes.length) throw new Error("It was taken for something else.");
      taken++;
    } catch (error) {
      const isRefusal =
        error instanceof AppError && Object.hasOwn(ERRORS, error.code) && error.code.startsWith("BUNDLE_");
      if (!isRefusal) throw new Error(`${String(error)} for ${bytes.toString("base64")}`, { cause: error });
    }
  });
  // Else only what is refused would have been looked at.
  expect(taken).toBeGreaterThan(10);
});
