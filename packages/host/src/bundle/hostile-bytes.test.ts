import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AppError } from "../errors.ts";
import { readBundle } from "./read-bundle.ts";
import { writeBundle } from "./write-bundle.ts";
import { zipBytes } from "./zip-bytes.ts";

const manifest = {
  id: "org.example.hello",
  version: "1.2.3",
  name: "Hello",
  description: "Says hello.",
  license: "MIT",
  rookery: "^0.1.0",
  main: "plugin.js" as const,
};
const VALID = zipBytes([
  { name: "plugin.json", content: JSON.stringify(manifest), deflate: true },
  { name: "plugin.js", content: "module.exports = {};\n".repeat(20), deflate: true },
  { name: "README.md", content: "# Hello" },
]);

/** Whatever the bytes are: a bundle, or an error that says what is wrong with it. */
function expectBundleOrRefusal(bytes: Buffer): void {
  try {
    expect(readBundle(bytes).manifest.id).toMatch(/^[a-z0-9.-]+$/);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toMatch(/^BUNDLE_/);
    expect(error.message).toMatch(/^.{20,}[.)\]]$/s);
  }
}

it("random bytes are refused as what they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => expectBundleOrRefusal(Buffer.from(bytes))),
  );
});

it("a good bundle with random bytes changed is good still or refused", () => {
  const change = fc.record({ at: fc.nat(VALID.length - 1), to: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(VALID);
      for (const { at, to } of changes) bytes[at] = to;
      expectBundleOrRefusal(bytes);
    }),
    { numRuns: 2_000 },
  );
});

it("a good bundle with a piece taken out, doubled or put in is refused or good still", () => {
  const cut = fc.tuple(fc.nat(VALID.length), fc.nat(VALID.length), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(cut, ([from, to, put]) =>
      expectBundleOrRefusal(Buffer.concat([VALID.subarray(0, from), put, VALID.subarray(to)])),
    ),
    { numRuns: 1_000 },
  );
});

it("no byte of what a signed bundle holds can be changed and the signature still fit", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const content = { manifest, code: "module.exports = {};", extra: { "README.md": "# Hello" } };
  const signed = writeBundle({ ...content, signWith: privateKey });
  const { signer } = readBundle(signed);
  const change = fc.record({ at: fc.nat(signed.length - 1), to: fc.nat(255) });
  fc.assert(
    fc.property(change, ({ at, to }) => {
      const bytes = Buffer.from(signed);
      bytes[at] = to;
      try {
        const read = readBundle(bytes);
        expect([read.signer, read.manifest, read.code]).toEqual([signer, manifest, content.code]);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});

it("a manifest of any JSON is read or refused with the field's name", () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.dictionary(fc.constantFrom(...Object.keys(manifest)), fc.jsonValue()),
      (json, some) => {
        for (const content of [json, JSON.stringify({ ...manifest, ...some })]) {
          expectBundleOrRefusal(zipBytes([{ name: "plugin.json", content }, { name: "plugin.js" }]));
        }
      },
    ),
    { numRuns: 300 },
  );
});
