import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { Permissions } from "@rookery/plugin-sdk/manifest";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { parseStrictJson } from "../bundle/strict-json.ts";
import { AppError, reasonOf } from "../errors.ts";
import { takeFile } from "../store/take-file.ts";
import { broken, readTar, type TarFile, tarOf } from "../store/tar.ts";

/** Grows with every change that an older Rookery could not read. */
const FORMAT = 1;
const MANIFEST = "manifest.json";
/** What an export may have beside its manifest, in this order. */
const DATA: readonly DataName[] = ["database.db", "store.jsonl"];
export type DataName = "database.db" | "store.jsonl";

const MAX_MANIFEST = 1024 * 1024;
const MAX_STORE = 128 * 1024 * 1024;

const Text = Type.String({ maxLength: 255 });
const OneSecret = Type.String({ maxLength: 100_000 });
const closed = { additionalProperties: false };
const Manifest = Type.Object(
  {
    format: Type.Literal(FORMAT),
    rookery: Text,
    exportedAt: Text,
    plugin: Type.Object({ id: Text, version: Text, sha256: Text }, closed),
    accountUserId: Text,
    instance: Type.Object(
      {
        id: Text,
        config: Type.Record(Type.String(), Type.Unknown()),
        /** The pointers of those that are set. */
        secretSettings: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 1_000 }),
        catchUpSeconds: Type.Union([Type.Integer({ minimum: 0, maximum: 2_592_000 }), Type.Null()]),
        withheld: Permissions,
        rooms: Type.Union([
          Type.Array(Type.String({ pattern: "^!.", maxLength: 255 }), { maxItems: 1_000 }),
          Type.Null(),
        ]),
      },
      closed,
    ),
    /** Sealed with a key made of the passphrase and the salt; `null` where none was given. */
    secrets: Type.Union([
      Type.Object({ salt: OneSecret, sealed: Type.Record(Type.String(), OneSecret) }, closed),
      Type.Null(),
    ]),
    data: Type.Array(
      Type.Object(
        {
          name: Type.Union([Type.Literal("database.db"), Type.Literal("store.jsonl")]),
          size: Type.Integer({ minimum: 0 }),
          sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ExportManifest = Static<typeof Manifest>;
const check = Compile(Manifest);

/**
 * An instance as one file: a gzipped tar archive of its manifest and its data. The data is read as the file is, so that
 * memory does not grow with it.
 *
 * @param folder has the data, under its names
 */
export async function writeExport(
  manifest: Omit<ExportManifest, "format" | "data">,
  folder: string,
  names: readonly DataName[],
): Promise<Readable> {
  const data: ExportManifest["data"] = [];
  for (const name of names) {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of createReadStream(join(folder, name)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
    data.push({ name, size, sha256: hash.digest("hex") });
  }
  const bytes = Buffer.from(`${JSON.stringify({ format: FORMAT, ...manifest, data }, null, 2)}\n`);
  const files = data.map(({ name, size }) => ({ name, size, path: join(folder, name) }));
  const archive = Readable.from(tarOf([{ name: MANIFEST, size: bytes.length, bytes }, ...files]));
  // Whoever reads it meets its failure.
  return pipeline(archive, createGzip({ level: 1 }), () => undefined);
}

/**
 * Reads an exported file, its data into a folder under its names. No name of the file's becomes a path, and what
 * is larger than it says is read no further.
 *
 * @param databaseBytes how large a database may be
 * @throws AppError `EXPORT_INVALID`, `EXPORT_NEWER`, `TOO_LARGE`
 */
export async function readExport(
  file: string,
  folder: string,
  databaseBytes: number,
): Promise<ExportManifest> {
  const unzipped = pipeline(createReadStream(file), createGunzip(), () => undefined);
  try {
    let manifest: ExportManifest | undefined;
    let next = 0;
    for await (const entry of readTar(unzipped as AsyncIterable<Buffer>)) {
      if (manifest === undefined) {
        manifest = await readManifest(entry);
        continue;
      }
      const expected = manifest.data[next++];
      if (expected?.name !== entry.name || expected.size !== entry.size) {
        throw broken(`"${entry.name}" is not what its manifest lists`);
      }
      const most = expected.name === "database.db" ? databaseBytes : MAX_STORE;
      if (entry.size > most) {
        throw new AppError(
          "TOO_LARGE",
          `${expected.name} has ${entry.size} bytes; here it may have ${most}.`,
        );
      }
      await takeFile(entry, join(folder, expected.name), expected.sha256, broken);
    }
    if (manifest === undefined) throw broken("it is empty");
    if (next < manifest.data.length) throw broken("a part of it is missing");
    return manifest;
  } catch (error) {
    if (!(error instanceof AppError) && /^Z_|^ERR_/.test((error as { code?: string }).code ?? "")) {
      throw broken(reasonOf(error));
    }
    throw error;
  } finally {
    unzipped.destroy();
  }
}

async function readManifest(entry: TarFile): Promise<ExportManifest> {
  if (entry.name !== MANIFEST || entry.size > MAX_MANIFEST)
    throw broken("it does not begin with its manifest");
  const chunks: Buffer[] = [];
  for await (const chunk of entry.bytes()) chunks.push(Buffer.from(chunk));
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.concat(chunks).toString());
  } catch (error) {
    throw broken(`its manifest is no JSON: ${reasonOf(error)}`);
  }
  const { format, rookery } = (value ?? {}) as { format?: unknown; rookery?: unknown };
  if (typeof format === "number" && format > FORMAT) {
    const by = typeof rookery === "string" ? ` (${rookery.slice(0, 50)})` : "";
    const text = `It was exported by a newer Rookery${by}: its format is ${format}, and this one reads ${FORMAT}. Import it there, or upgrade this one.`;
    throw new AppError("EXPORT_NEWER", text);
  }
  if (!check.Check(value)) {
    const [error] = check.Errors(value);
    throw broken(`in its manifest ${error?.instancePath || "it"} ${error?.message}`);
  }
  const names = value.data.map(({ name }) => name);
  if (names.join() !== DATA.filter((name) => names.includes(name)).join()) {
    throw broken("its manifest lists its parts twice, or in another order");
  }
  return value;
}
