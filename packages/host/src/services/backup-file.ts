import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { parseStrictJson } from "../bundle/strict-json.ts";
import { AppError, reasonOf } from "../errors.ts";
import { digestOf } from "../store/file-digest.ts";
import { takeFile } from "../store/take-file.ts";
import { readTar, type TarFile, tarOf } from "../store/tar.ts";
import { AGE_START, decrypt, encryptorFor } from "./age-file.ts";

/** Grows with every change that an older Rookery could not read. */
const FORMAT = 1;
/** Written at once: with 16 KiB, a quarter of the processor's time goes into their number. */
const PIECE = 512 * 1024;
const MANIFEST = "manifest.json";
const MAX_MANIFEST = 32 * 1024 * 1024;
const MAX_PARTS = 100_000;
/** What tar has figures for. */
const MAX_PART = 8 * 1024 ** 3 - 1;

export const REGISTRY = "rookery.db";
export const KEY = "secret.key";
/** All that a part may be called, which is where it lies in a data directory: nothing else becomes a path. */
const PART =
  "^(rookery\\.db|secret\\.key|bundles/[0-9a-f]{64}\\.mbp|instances/[a-z0-9][a-z0-9-]{0,62}/(database|store)\\.db)$";

const Text = Type.String({ maxLength: 64 });
const closed = { additionalProperties: false };
const Manifest = Type.Object(
  {
    format: Type.Literal(FORMAT),
    rookery: Text,
    /** Of the registry. */
    schema: Type.Integer({ minimum: 1 }),
    createdAt: Text,
    /** Which key seals what is sealed in it, whether it has the key or not. */
    keyId: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    parts: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: PART }),
          size: Type.Integer({ minimum: 0, maximum: MAX_PART }),
          sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
        },
        closed,
      ),
      { minItems: 1, maxItems: MAX_PARTS },
    ),
  },
  closed,
);
export type BackupManifest = Static<typeof Manifest>;
const check = Compile(Manifest);

export const brokenBackup = (why: string) =>
  new AppError("BACKUP_INVALID", `This is no backup of Rookery's, or it was damaged: ${why}.`);

/**
 * Writes a backup: a tar archive of its manifest and its parts, compressed by Zstandard (a fifth of gzip's
 * processor time, which bots need meanwhile). Each part is read as it is written, so that memory does not grow with them. When
 * it resolves, the file is on the disk.
 *
 * @param file is made, readable by its owner alone
 * @param folder has the parts, under their names
 * @param recipients of age's, to whom the whole is encrypted; nobody: it is not
 * @throws AppError `BACKUP_FAILED` where a part is too large, `RECIPIENT_INVALID`
 */
export async function writeBackup(
  file: string,
  about: Omit<BackupManifest, "format" | "parts">,
  folder: string,
  names: readonly string[],
  recipients: readonly string[] = [],
): Promise<void> {
  const encrypt =
    recipients.length > 0 ? await encryptorFor(recipients) : (packed: AsyncIterable<Uint8Array>) => packed;
  const parts: BackupManifest["parts"] = [];
  for (const name of names) {
    const part = { name, ...(await digestOf(join(folder, name))) };
    if (part.size > MAX_PART) {
      throw new AppError(
        "BACKUP_FAILED",
        `${name} has ${part.size} bytes; in a backup a file may have 8 GiB.`,
      );
    }
    parts.push(part);
  }
  const bytes = Buffer.from(`${JSON.stringify({ format: FORMAT, ...about, parts }, null, 1)}\n`);
  const sources = parts.map(({ name, size }) => ({ name, size, path: join(folder, name) }));
  await pipeline(
    tarOf([{ name: MANIFEST, size: bytes.length, bytes }, ...sources]),
    createZstdCompress({ chunkSize: PIECE }),
    encrypt,
    createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }),
  );
}

export interface ReadingOptions {
  identities?: readonly string[] | undefined;
  count?: ((bytes: number) => void) | undefined;
  isWanted?: (name: string) => boolean;
}

/**
 * Reads a backup into a folder, its parts under their names, each of the size and with the hash that the manifest says.
 *
 * @param judge sees the manifest before anything is written, and throws where that is not to be
 * @param more.identities of age's, for a backup that is encrypted
 * @param more.count is told of the file's bytes as they are read
 * @param more.isWanted which parts are written; the others are compared alone
 * @throws AppError `BACKUP_INVALID`, `BACKUP_NEWER`, `BACKUP_ENCRYPTED`, `IDENTITY_WRONG`
 */
export async function readBackup(
  file: string,
  folder: string,
  judge: (manifest: BackupManifest) => Promise<void>,
  more: ReadingOptions = {},
): Promise<BackupManifest> {
  const { identities = [], count = () => undefined, isWanted = () => true } = more;
  const counted = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });
  const { isEncrypted, unzipped } = await formOf(file);
  const decrypted = (bytes: AsyncIterable<Uint8Array>) =>
    isEncrypted ? decrypt(bytes, identities, brokenBackup) : bytes;
  // Whoever reads it meets its failure.
  const reading = pipeline(createReadStream(file), counted, decrypted, unzipped).catch(() => undefined);
  try {
    let manifest: BackupManifest | undefined;
    let next = 0;
    for await (const entry of readTar(unzipped as AsyncIterable<Buffer>, brokenBackup)) {
      if (manifest === undefined) {
        manifest = await readManifest(entry);
        await judge(manifest);
        continue;
      }
      const expected = manifest.parts[next++];
      if (expected?.name !== entry.name || expected.size !== entry.size) {
        throw brokenBackup(`"${entry.name}" is not what its manifest lists`);
      }
      const path = isWanted(expected.name) ? join(folder, expected.name) : null;
      if (path !== null) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await takeFile(entry, path, expected.sha256, brokenBackup);
    }
    if (manifest === undefined) throw brokenBackup("it is empty");
    if (next < manifest.parts.length) throw brokenBackup("a part of it is missing");
    return manifest;
  } catch (error) {
    if (!(error instanceof AppError) && /^Z(STD)?_/.test((error as { code?: string }).code ?? "")) {
      throw brokenBackup(reasonOf(error));
    }
    throw error;
  } finally {
    unzipped.destroy();
    await reading;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** By its first bytes: the earliest backups were gzipped, and not encrypted. */
async function formOf(file: string) {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(AGE_START.length), 0, AGE_START.length, 0);
    const isEncrypted = buffer.equals(AGE_START);
    const isGzipped = buffer.subarray(0, GZIP.length).equals(GZIP);
    return { isEncrypted, unzipped: isGzipped ? createGunzip() : createZstdDecompress() };
  } finally {
    await handle.close();
  }
}

async function readManifest(entry: TarFile): Promise<BackupManifest> {
  if (entry.name !== MANIFEST || entry.size > MAX_MANIFEST)
    throw brokenBackup("it does not begin with its manifest");
  const chunks: Buffer[] = [];
  for await (const chunk of entry.bytes()) chunks.push(chunk);
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.concat(chunks).toString());
  } catch (error) {
    throw brokenBackup(`its manifest is no JSON: ${reasonOf(error)}`);
  }
  const { format, rookery } = (value ?? {}) as { format?: unknown; rookery?: unknown };
  if (typeof format === "number" && format > FORMAT) {
    const by = typeof rookery === "string" ? ` (${rookery.slice(0, 50)})` : "";
    const text = `The backup was made by a newer Rookery${by}: its format is ${format}, and this one reads ${FORMAT}. Restore it with that version.`;
    throw new AppError("BACKUP_NEWER", text);
  }
  if (!check.Check(value)) {
    const [error] = check.Errors(value);
    throw brokenBackup(`in its manifest ${error?.instancePath || "it"} ${error?.message}`);
  }
  const names = new Set(value.parts.map(({ name }) => name));
  if (names.size < value.parts.length) throw brokenBackup("its manifest lists a part twice");
  if (!names.has(REGISTRY)) throw brokenBackup(`it has no ${REGISTRY}`);
  return value;
}
