import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import AdmZip from "adm-zip";
import { describe, expect, it } from "vitest";
import { AppError } from "../errors.ts";
import { showPublicKey } from "./public-key.ts";
import { inspectBundle, readBundle } from "./read-bundle.ts";
import { writeBundle } from "./write-bundle.ts";
import { type ZipBytesEntry, zipBytes } from "./zip-bytes.ts";

const manifest = {
  ...{ id: "org.example.hello", version: "1.0.0", name: "Hello", description: "Says hello." },
  ...{ license: "MIT", rookery: "^0.1.0", main: "plugin.js" as const },
};
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const SIGNER = showPublicKey(publicKey);
const content = {
  manifest,
  code: "module.exports = {};\n",
  extra: { "README.md": "# Hello", LICENSE: "MIT" },
};
const SIGNED = writeBundle({ ...content, signWith: privateKey });

/** The entries of the signed bundle, in order, to be changed. */
const entries = (): (ZipBytesEntry & { name: string; content: string })[] =>
  new AdmZip(SIGNED, { noSort: true })
    .getEntries()
    .map((entry) => ({ name: entry.entryName, content: entry.getData().toString() }));
const signature = (): string => entries().find(({ name }) => name === "signature.json")?.content ?? "";
const withSignature = (text: string | Buffer, more: ZipBytesEntry[] = []) =>
  zipBytes([
    ...entries().filter(({ name }) => name !== "signature.json"),
    { name: "signature.json", content: text },
    ...more,
  ]);
const withFields = (fields: object) =>
  withSignature(JSON.stringify({ ...JSON.parse(signature()), ...fields }));

describe("a signature", () => {
  it("tells whose it is, and the same key and content give the same bytes", () => {
    expect(readBundle(SIGNED).signer).toBe(SIGNER);
    expect(readBundle(writeBundle(content)).signer).toBeNull();
    expect(writeBundle({ ...content, signWith: privateKey }).equals(SIGNED)).toBe(true);
  });

  it("is over this text for all time: a line for each other entry, ordered by name", () => {
    const line = (name: string, text: string) =>
      `${createHash("sha256").update(text).digest("hex")} ${name}\n`;
    const text = [
      "rookery bundle 1\n",
      ...[line("LICENSE", "MIT"), line("README.md", "# Hello"), line("plugin.js", content.code)],
      line("plugin.json", `${JSON.stringify(manifest, null, 2)}\n`),
    ].join("");
    expect(JSON.parse(signature())).toEqual({
      ...{ algorithm: "ed25519", publicKey: SIGNER },
      signature: sign(null, Buffer.from(text), privateKey).toString("base64"),
    });
  });

  it("does not depend on how the zip file is written", () => {
    const other = zipBytes(
      entries()
        .reverse()
        .map((entry) => ({ ...entry, deflate: true, unixMode: 0o100600 })),
    );
    expect(readBundle(other)).toMatchObject({ manifest, signer: SIGNER });
    expect(readBundle(other).sha256).not.toBe(readBundle(SIGNED).sha256);
  });
});

describe("a bundle is altered, and refused with why, where", () => {
  const changed = (name: string) =>
    zipBytes(
      entries().map((entry) => (entry.name === name ? { ...entry, content: `${entry.content} ` } : entry)),
    );
  const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString("base64");
  const low = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]).toString("base64");
  const sized = { ...JSON.parse(signature()), signature: Buffer.alloc(63).toString("base64") };
  const ofAnother = JSON.stringify({
    ...JSON.parse(signature()),
    publicKey: showPublicKey(other.publicKey),
  });
  const fewer = writeBundle({ manifest, code: content.code, signWith: privateKey });
  const overFewer = new AdmZip(fewer).readAsText("signature.json");

  it.each<[string, Buffer, RegExp]>([
    ["its code was changed", changed("plugin.js"), /does not fit what is in it/],
    ["its manifest was changed", changed("plugin.json"), /does not fit/],
    ["its README was changed", changed("README.md"), /does not fit/],
    ["an entry was added", zipBytes([...entries(), { name: "more.js", content: "" }]), /does not fit/],
    ["a folder was added", zipBytes([...entries(), { name: "more/" }]), /does not fit/],
    ["an entry was taken out", zipBytes(entries().filter(({ name }) => name !== "LICENSE")), /does not fit/],
    [
      "two entries have each other's names",
      zipBytes(
        entries().map((entry) => ({
          ...entry,
          name:
            new Map([
              ["LICENSE", "README.md"],
              ["README.md", "LICENSE"],
            ]).get(entry.name) ?? entry.name,
        })),
      ),
      /does not fit/,
    ],
    ["its signature covers fewer entries than there are", withSignature(overFewer), /does not fit/],
    ["it has another's key beside the signature", withSignature(ofAnother), /does not fit/],
    [
      "its signature is another bundle's",
      withSignature(
        new AdmZip(writeBundle({ ...content, code: "1", signWith: privateKey })).readAsText("signature.json"),
      ),
      /does not fit/,
    ],
    [
      "its key is of small order, for which any signature can be made",
      withFields({ publicKey: low, signature: forged }),
      /not an Ed25519 key that can be trusted/,
    ],
    ["its key is none", withFields({ publicKey: "AAAA" }), /not an Ed25519 key/],
    [
      "its key is written in another way",
      withFields({ publicKey: SIGNER.replace("=", "") }),
      /not an Ed25519 key/,
    ],
    ["its signature is too short", withSignature(JSON.stringify(sized)), /is not an Ed25519 signature/],
    [
      "its signature is zeros",
      withFields({ signature: Buffer.alloc(64).toString("base64") }),
      /does not fit/,
    ],
    ["its algorithm is another", withFields({ algorithm: "none" }), /does not have the fields/],
    ["it says more than it should", withFields({ more: 1 }), /does not have the fields/],
    ["it says a key twice", withSignature(signature().replace("{", `{"publicKey":"${SIGNER}",`)), /as JSON/],
    ["it is no JSON", withSignature("nonsense"), /as JSON/],
    ["it is empty", withSignature(""), /as JSON/],
    ["it is not UTF-8", withSignature(Buffer.from([0x22, 0xff, 0x22])), /as JSON/],
    ["it is null", withSignature("null"), /does not have the fields/],
    ["it is a list", withSignature("[]"), /does not have the fields/],
    ["it is nested without end", withSignature("[".repeat(4_000)), /as JSON/],
    ["it is huge", withSignature(`${signature()}${" ".repeat(5_000)}`), /larger than 4 KiB/],
    [
      "it is a folder",
      zipBytes([...entries().slice(0, -1), { name: "signature.json/" }]),
      /"signature.json\/" stands where/,
    ],
    [
      "its name is in capitals",
      zipBytes([...entries().slice(0, -1), { name: "SIGNATURE.json", content: signature() }]),
      /stands where/,
    ],
  ])("%s", (_, bytes, why) => {
    const { altered, signer } = inspectBundle(bytes);
    expect([altered, signer]).toEqual([expect.stringMatching(why), null]);
    const read = () => readBundle(bytes);
    expect(read).toThrow(AppError);
    expect(read).toThrow(/^The bundle is not as it was signed: .*get it again from the plugin's author\.$/);
    expect(read).toThrow(expect.objectContaining({ code: "BUNDLE_ALTERED" }));
  });

  it("it has two signatures, it is refused as any entry that is there twice", () => {
    const twice = (name: string) => () =>
      readBundle(zipBytes([...entries(), { name, content: signature() }]));
    for (const name of ["signature.json", "Signature.json", "signature.json/"]) {
      expect(twice(name), name).toThrow(expect.objectContaining({ code: "BUNDLE_DUPLICATE" }));
    }
  });
});

it("a signature can be taken away, and the bundle is unsigned then", () => {
  const bare = zipBytes(entries().filter(({ name }) => name !== "signature.json"));
  expect(readBundle(bare)).toMatchObject({ manifest, signer: null });
});

it("only an Ed25519 key signs", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  expect(() => writeBundle({ ...content, signWith: rsa })).toThrow("not an Ed25519 key");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  expect(readBundle(writeBundle({ ...content, signWith: createPrivateKey(pem) })).signer).toBe(SIGNER);
});
