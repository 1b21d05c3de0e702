import { createHash } from "node:crypto";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import AdmZip from "adm-zip";
import { describe, expect, it } from "vitest";
import { AppError, type ErrorCode } from "../errors.ts";
import { LIMITS } from "./limits.ts";
import { readBundle } from "./read-bundle.ts";
import { writeBundle } from "./write-bundle.ts";
import { type ZipBytesEntry, zipBytes } from "./zip-bytes.ts";

const MANIFEST: Manifest = {
  id: "org.example.hello",
  version: "1.2.3",
  name: "Hello",
  description: "Says hello.",
  license: "MIT",
  rookery: "^0.1.0",
  main: "plugin.js",
};
const CODE = 'module.exports = require("@rookery/plugin-sdk");\n';
const JSON_ENTRY: ZipBytesEntry = { name: "plugin.json", content: JSON.stringify(MANIFEST) };
const JS_ENTRY: ZipBytesEntry = { name: "plugin.js", content: CODE };
const MiB = 1024 * 1024;

/** A bundle that is fine but for these entries. */
const withEntries = (...more: ZipBytesEntry[]) => zipBytes([JSON_ENTRY, JS_ENTRY, ...more]);
const withManifest = (content: string | Buffer) => zipBytes([{ name: "plugin.json", content }, JS_ENTRY]);

function refusal(bytes: Buffer, options: { hostVersion?: string } = {}): AppError {
  try {
    readBundle(bytes, options);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("The bundle was accepted.");
}

function expectRefused(bytes: Buffer, code: ErrorCode, message: RegExp): void {
  const error = refusal(bytes);
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
}

describe("a good bundle", () => {
  it("gives its manifest, code, size and SHA-256", () => {
    const bytes = zipBytes([JSON_ENTRY, JS_ENTRY]);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(readBundle(bytes)).toEqual({
      manifest: MANIFEST,
      code: CODE,
      sha256,
      size: bytes.length,
      signer: null,
    });
  });

  it("may be deflated, in any order, with plain files and folders beside", () => {
    const bytes = zipBytes([
      { name: "docs/", unixMode: 0o040755 },
      { name: "docs/größe.md", content: "# Größe", unixMode: 0o100644 },
      { ...JS_ENTRY, deflate: true },
      { ...JSON_ENTRY, deflate: true, both: { flags: 0b110 } },
      { name: "LICENSE", content: "", extra: Buffer.from("5554050001000000ff", "hex") },
    ]);
    expect(readBundle(bytes)).toMatchObject({ manifest: MANIFEST, code: CODE });
  });

  it("may have been zipped by another program", () => {
    const zip = new AdmZip();
    zip.addFile("plugin.json", Buffer.from(JSON.stringify(MANIFEST)));
    zip.addFile("plugin.js", Buffer.from(CODE.repeat(100)));
    expect(readBundle(zip.toBuffer()).code).toBe(CODE.repeat(100));
  });

  it("may hold a maubot.yaml beside its own manifest", () => {
    expect(readBundle(withEntries({ name: "maubot.yaml", content: "" })).code).toBe(CODE);
  });
});

describe("what is not a plain zip file is refused and says why:", () => {
  const cases: [string, Buffer, RegExp][] = [
    ["nothing", Buffer.alloc(0), /it is empty/],
    ["text", Buffer.from("hello, I am no zip file at all"), /does not end as one/],
    ["half a zip", zipBytes([JSON_ENTRY, JS_ENTRY]).subarray(0, 200), /cut off/],
    ["data behind the end", zipBytes([JSON_ENTRY], { after: Buffer.from("!") }), /data behind its end/],
    ["a comment", zipBytes([JSON_ENTRY], { comment: "hi" }), /a comment/],
    [
      "a second zip behind the first",
      Buffer.concat([withEntries(), withEntries()]),
      /directory is not where/,
    ],
    [
      "data before the first entry",
      zipBytes([JSON_ENTRY], { before: Buffer.from("#!/bin/sh\n") }),
      /overlap/,
    ],
    [
      "data before the first entry, offsets unchanged",
      Buffer.concat([Buffer.from("GIF89a"), withEntries()]),
      /directory is not where/,
    ],
    [
      "data between entries",
      zipBytes([JSON_ENTRY, JS_ENTRY], { between: Buffer.from("x") }),
      /data between them/,
    ],
    [
      "data before the directory",
      zipBytes([JSON_ENTRY], { beforeDirectory: Buffer.from("x") }),
      /between its last entry and its directory/,
    ],
    [
      "data behind the directory",
      zipBytes([JSON_ENTRY], { afterDirectory: Buffer.from("x") }),
      /directory is not where/,
    ],
    [
      "a directory longer than its entries",
      zipBytes([JSON_ENTRY, JS_ENTRY], { end: { entries: 1, entriesOnDisk: 1 } }),
      /more than its entries/,
    ],
    [
      "a directory shorter than its entries",
      zipBytes([JSON_ENTRY], { end: { entries: 2, entriesOnDisk: 2 } }),
      /directory is damaged at entry 2/,
    ],
    [
      "a wrong signature in the directory",
      withEntries({ name: "a", central: { signature: 1 } }),
      /directory is damaged at entry 3/,
    ],
    ["a part of several", zipBytes([JSON_ENTRY], { end: { disk: 1 } }), /split/],
    ["a directory far outside", zipBytes([JSON_ENTRY], { end: { centralOffset: 0xfffffff0 } }), /not where/],
    ["an entry on another disk", withEntries({ name: "a", central: { disk: 1 } }), /feature/],
    ["two entries over the same data", withEntries({ name: "a", central: { offset: 0 } }), /overlap/],
    ["an entry outside the file", withEntries({ name: "a", central: { offset: 0x7fffffff } }), /overlap/],
    [
      "a local header that is none",
      withEntries({ name: "a", local: { signature: 1 } }),
      /no entry where .*"a"/,
    ],
    [
      "another name in the local header",
      withEntries({ name: "a", local: { name: Buffer.from("b") } }),
      /"a" contradicts/,
    ],
    [
      "another size in the local header",
      withEntries({ name: "a", local: { inflatedSize: 9 } }),
      /contradicts/,
    ],
    ["another method in the local header", withEntries({ name: "a", local: { method: 8 } }), /contradicts/],
    ["other flags in the local header", withEntries({ name: "a", local: { flags: 2 } }), /contradicts/],
    ["another checksum in the local header", withEntries({ name: "a", local: { crc32: 1 } }), /contradicts/],
    [
      "an entry that reaches into the directory",
      withEntries({ name: "a", both: { compressedSize: 90, inflatedSize: 90 } }),
      /"a" is cut off/,
    ],
    ["an encrypted entry", withEntries({ name: "a", both: { flags: 1 } }), /"a" is encrypted/],
    [
      "an entry with strong encryption",
      withEntries({ name: "a", both: { flags: 0x41 } }),
      /"a" is encrypted/,
    ],
    ["an entry with sizes behind its data", withEntries({ name: "a", both: { flags: 8 } }), /as a stream/],
    ["an entry with unknown flags", withEntries({ name: "a", both: { flags: 0x20 } }), /a feature/],
    [
      "another compression",
      withEntries({ name: "a", both: { method: 14 } }),
      /"a" is compressed with method 14/,
    ],
    ["zip64", withEntries({ name: "a", both: { inflatedSize: 0xffffffff } }), /uses zip64/],
    [
      "a stored entry with two sizes",
      withEntries({ name: "a", both: { inflatedSize: 1 } }),
      /two different sizes/,
    ],
    ["a folder with content", withEntries({ name: "a/", content: "x" }), /folder "a\/" has content/],
    ["a wrong checksum", withEntries({ name: "a", content: "x", both: { crc32: 5 } }), /checksum or size/],
    [
      "deflated data that is none",
      withEntries({
        name: "a",
        data: Buffer.from("ffffff", "hex"),
        both: { method: 8, inflatedSize: 3 },
      }),
      /"a" is damaged/,
    ],
    [
      "data behind the end of a deflated entry",
      withEntries({ name: "a", content: "x", data: Buffer.from("ab040041", "hex"), both: { method: 8 } }),
      /"a" has data behind its end/,
    ],
    [
      "an entry that inflates to less than it declares",
      withEntries({ name: "a", content: "x", deflate: true, both: { inflatedSize: 2 } }),
      /checksum or size/,
    ],
  ];
  it.each(cases)("%s", (_, bytes, message) => expectRefused(bytes, "BUNDLE_NOT_ZIP", message));
});

describe("what would cost too much is refused before it is inflated:", () => {
  it("a file of more than 10 MiB", () => {
    expectRefused(Buffer.alloc(LIMITS.fileBytes + 1), "BUNDLE_TOO_LARGE", /10 MiB are allowed/);
  });

  it("more than 100 entries", () => {
    const entries = Array.from({ length: 101 }, (_, index) => ({ name: `f${index}` }));
    expectRefused(zipBytes(entries), "BUNDLE_ENTRY_COUNT", /101 entries; 100 are allowed/);
  });

  it("65,535 entries that are only claimed", () => {
    const bytes = zipBytes([JSON_ENTRY], { end: { entries: 65535, entriesOnDisk: 65535 } });
    expectRefused(bytes, "BUNDLE_ENTRY_COUNT", /65535/);
  });

  it("an entry of more than 20 MiB", () => {
    const bytes = withEntries({ name: "big", deflate: true, both: { inflatedSize: 21 * MiB } });
    expectRefused(bytes, "BUNDLE_RATIO", /"big" .* 21 MiB; 20 MiB are allowed/);
  });

  it("entries of more than 40 MiB in all", () => {
    const data = Buffer.alloc(200 * 1024);
    const both = { method: 8, inflatedSize: 15 * MiB };
    const bytes = withEntries(
      { name: "a", data, both },
      { name: "b", data, both },
      { name: "c", data, both },
    );
    expectRefused(bytes, "BUNDLE_RATIO", /45 MiB in all; 40 MiB are allowed/);
  });

  it("a bomb that says so", () => {
    const bytes = withEntries({ name: "zeros.bin", content: Buffer.alloc(2 * MiB), deflate: true });
    expectRefused(bytes, "BUNDLE_RATIO", /"zeros.bin" .* more than 200-fold/);
  });

  it("a bomb that lies about its size, cut off at what it declares", () => {
    const content = Buffer.alloc(100 * MiB);
    const bytes = withEntries({ name: "zeros.bin", content, deflate: true, both: { inflatedSize: 100 } });
    const before = process.memoryUsage().arrayBuffers;
    expectRefused(bytes, "BUNDLE_RATIO", /"zeros.bin" .* more than the 100 bytes it declares/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MiB);
  });

  it("a bomb that claims to be empty", () => {
    const content = Buffer.alloc(MiB);
    const bytes = withEntries({ name: "zeros.bin", content, deflate: true, both: { inflatedSize: 0 } });
    expectRefused(bytes, "BUNDLE_RATIO", /the 0 bytes it declares/);
  });
});

describe("names that lead elsewhere are refused:", () => {
  const cases: [string, string | Buffer, RegExp][] = [
    ["up", "../plugin.js", /"\.\.\/plugin.js" leads out of the bundle/],
    ["up from within", "a/../../b", /leads out/],
    ["up at the end", "a/..", /leads out/],
    ["absolute", "/etc/passwd", /is an absolute path/],
    ["a backslash", "..\\plugin.js", /has a backslash/],
    ["a drive letter", "C:plugin.js", /drive letter/],
    ["a NUL", "plugin.js\0.png", /"plugin.js\\u0000.png" has a NUL/],
    ["an escape sequence", "\u001b[2Jx", /"\\u001b\[2Jx" has a control character/],
    ["nothing", "", /is empty/],
    ["an empty part", "a//b", /empty or dotted part/],
    ["a dot", "./plugin.js", /empty or dotted part/],
    ["only a slash", "/", /absolute/],
    ["not UTF-8", Buffer.from([0x61, 0xff]), /is not UTF-8/],
    ["endless", "a".repeat(256), /longer than 255 bytes/],
  ];
  it.each(cases)("%s", (_, name, message) => {
    expectRefused(withEntries({ name, content: "x" }), "BUNDLE_PATH", message);
  });
});

describe("links and other special files are refused:", () => {
  const cases: [string, number, RegExp][] = [
    ["a symbolic link", 0o120777, /"x" .* is a link/],
    ["a device", 0o060600, /not a plain file/],
    ["a pipe", 0o010600, /not a plain file/],
    ["a folder that is named as a file", 0o040755, /not a plain file/],
  ];
  it.each(cases)("%s", (_, unixMode, message) => {
    expectRefused(withEntries({ name: "x", content: "/etc/passwd", unixMode }), "BUNDLE_LINK", message);
  });

  it("also where it is plugin.js itself", () => {
    expectRefused(zipBytes([JSON_ENTRY, { ...JS_ENTRY, unixMode: 0o120777 }]), "BUNDLE_LINK", /"plugin.js"/);
  });
});

describe("an entry is there once:", () => {
  it.each([
    ["the same name", "plugin.json", /"plugin.json" twice/],
    ["another case", "PLUGIN.json", /both "plugin.json" and "PLUGIN.json"/],
    ["a folder of the same name", "plugin.js/", /both "plugin.js" and "plugin.js\/"/],
  ])("%s is refused", (_, name, message) => {
    expectRefused(withEntries({ name }), "BUNDLE_DUPLICATE", message);
  });

  it("another Unicode form of the same name is refused", () => {
    expectRefused(withEntries({ name: "é" }, { name: "e\u0301" }), "BUNDLE_DUPLICATE", /both/);
  });
});

describe("plugin.json", () => {
  it("must be there", () => {
    expectRefused(zipBytes([JS_ENTRY]), "BUNDLE_NO_MANIFEST", /no plugin.json/);
    expectRefused(zipBytes([]), "BUNDLE_NO_MANIFEST", /no plugin.json/);
    expectRefused(zipBytes([{ ...JSON_ENTRY, name: "sub/plugin.json" }]), "BUNDLE_NO_MANIFEST", /at its top/);
  });

  const text = JSON.stringify(MANIFEST);
  const cases: [string, string | Buffer, RegExp][] = [
    ["UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), /is not UTF-8/],
    ["JSON", "{", /not valid JSON/],
    ["an object", "[]", /must be object/],
    ["an object, not null", "null", /must be object/],
    ["free of __proto__", text.replace("{", '{"__proto__":{"x":1},'), /has the key "__proto__"/],
    ["free of an escaped __proto__", text.replace("{", '{"\\u005f_proto__":{},'), /has the key "__proto__"/],
    [
      "free of __proto__ further down",
      text.replace("}", ',"configSchema":{"a":[{"__proto__":1}]}}'),
      /__proto__/,
    ],
    ["free of a key twice", text.replace("{", '{"id":"org.evil.x",'), /the key "id" twice/],
    [
      "free of a key twice further down",
      text.replace("}", ',"configSchema":{"a":{"b":1,"\\u0062" : 2}}}'),
      /the key "\\u0062" twice/,
    ],
    ["not nested for ever", `${"[".repeat(99)}${"]".repeat(99)}`, /nested more than 64 deep/],
    [
      "not endless",
      text.replace("}", `,"configSchema":{"a":"${"x".repeat(LIMITS.manifestBytes)}"}}`),
      /256 KiB are allowed/,
    ],
  ];
  it.each(cases)("must be %s", (_, content, message) => {
    expectRefused(withManifest(content), "BUNDLE_MANIFEST_INVALID", message);
  });

  it("may repeat a key in different objects, and as a value", () => {
    const configSchema = { id: "id", a: { id: "id", b: [{ id: 1 }, { id: 2 }] } };
    const { manifest } = readBundle(withManifest(JSON.stringify({ ...MANIFEST, configSchema })));
    expect(manifest.configSchema).toEqual(configSchema);
  });

  it.each([
    [{ id: undefined }, "/id", /is missing/],
    [{ id: "Hello" }, "/id", /reverse domain name/],
    [{ id: "../../etc" }, "/id", /reverse domain name/],
    [{ version: "1" }, "/version", /semver/],
    [{ version: "1.0.0-.." }, "/version", /semver/],
    [{ rookery: "whenever" }, "/rookery", /range/],
    [{ name: "" }, "/name", /fewer|at least|must/],
    [{ main: "src/index.ts" }, "/main", /must/],
    [{ extra: 1 }, "/extra", /not a field/],
    [{ permissions: { network: ["*"] } }, "/permissions/network/0", /pattern/],
    [{ permissions: { files: true } }, "/permissions/files", /not a field/],
    [{ configSchema: "x" }, "/configSchema", /must be object/],
  ])("with %o names the field %s", (change, path, message) => {
    const error = refusal(withManifest(JSON.stringify({ ...MANIFEST, ...change })));
    expect(error.code).toBe("BUNDLE_MANIFEST_INVALID");
    expect(error.message).toContain(path);
    expect(error.fields).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

describe("plugin.js", () => {
  it("must be there", () => {
    expectRefused(zipBytes([JSON_ENTRY]), "BUNDLE_NO_CODE", /no plugin.js/);
  });

  it.each([
    ["UTF-8", Buffer.from([0xff]), /not UTF-8/],
    ["free of HTML comments", 'a;\nb = "-->"', /an HTML comment in line 2/],
    ["free of dynamic imports", 'import("x")', /a dynamic import in line 1/],
    ["free of direct evals", "x;\n\neval (1)", /a direct eval in line 3/],
  ])("must be %s, as the sandbox wants it", (_, content, message) => {
    expectRefused(zipBytes([JSON_ENTRY, { ...JS_ENTRY, content }]), "BUNDLE_CODE_REFUSED", message);
  });
});

describe("who it is for", () => {
  it("a maubot plugin is recognised, even where it is zipped as bundles are not", () => {
    const maubot = { name: "maubot.yaml", content: "maubot: 0.1.0\nid: xyz.maubot.echo\n" };
    expectRefused(
      zipBytes([maubot, { name: "echo.py" }]),
      "BUNDLE_MAUBOT",
      /maubot.*Python.*writing-plugins/,
    );
    expectRefused(zipBytes([{ ...maubot, both: { flags: 8 } }]), "BUNDLE_MAUBOT", /maubot/);
  });

  it.each([
    ["0.1.0", "^0.1.0"],
    ["0.1.9-rc.1", "^0.1.0"],
    ["1.0.0", "0.1 || 1"],
  ])("a host %s takes what needs %s", (hostVersion, rookery) => {
    const bytes = withManifest(JSON.stringify({ ...MANIFEST, rookery }));
    expect(readBundle(bytes, { hostVersion }).manifest.rookery).toBe(rookery);
  });

  it("a plugin for another version of the host is refused with both versions", () => {
    const error = refusal(withEntries(), { hostVersion: "0.2.0" });
    expect(error.code).toBe("BUNDLE_HOST_RANGE");
    expect(error.message).toMatch(/org.example.hello 1.2.3 needs Rookery \^0.1.0, and this is Rookery 0.2.0/);
  });
});

describe("what was written is read back", () => {
  it("with its manifest, code and size", () => {
    const bytes = writeBundle({ manifest: MANIFEST, code: CODE, extra: { LICENSE: "MIT" } });
    expect(readBundle(bytes)).toMatchObject({
      manifest: MANIFEST,
      code: CODE,
      size: bytes.length,
      signer: null,
    });
  });
});
