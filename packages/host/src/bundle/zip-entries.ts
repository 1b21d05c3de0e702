import { crc32, inflateRawSync } from "node:zlib";
import { AppError } from "../errors.ts";
import { parseEntryName, showName } from "./entry-name.ts";
import { LIMITS, showBytes } from "./limits.ts";
import { type Directory, type DirectoryEntry, notZip } from "./zip-directory.ts";
import { FLAG, LOCAL, METHOD, MODE } from "./zip-format.ts";

/** An entry whose headers were found to be harmless. Its data is checked when it is read. */
export interface ZipEntry {
  name: string;
  header: DirectoryEntry;
  data: Buffer;
}

/**
 * Checks all that can be checked of a zip file's entries without inflating any: names, kinds, sizes,
 * and that the local headers repeat the directory and fill the file without gap or overlap. Folders
 * are checked and left out.
 *
 * @throws AppError BUNDLE_NOT_ZIP, BUNDLE_PATH, BUNDLE_LINK, BUNDLE_DUPLICATE, BUNDLE_RATIO
 */
export function checkEntries(bytes: Buffer, { entries, start }: Directory): ZipEntry[] {
  const seen = new Map<string, string>();
  const files: ZipEntry[] = [];
  let at = 0;
  let total = 0;
  for (const header of entries) {
    const name = parseEntryName(header.name);
    checkUnique(name, seen);
    checkKind(name, header);
    checkSizes(name, header);
    total += header.inflatedSize;
    if (header.offset !== at) {
      throw notZip(`its entries overlap or have data between them, at ${showName(name)}`);
    }
    const data = findData(bytes.subarray(0, start), name, header);
    at = data.end;
    if (!name.endsWith("/")) files.push({ name, header, data: bytes.subarray(data.start, data.end) });
  }
  if (at !== start) throw notZip("it has data between its last entry and its directory");
  if (total > LIMITS.totalBytes) {
    throw tooMuch(`The bundle's entries inflate to ${showBytes(total)} in all`, LIMITS.totalBytes);
  }
  return files;
}

/**
 * Inflates one entry, never to more than its header declares.
 *
 * @throws AppError BUNDLE_RATIO where it would inflate to more, BUNDLE_NOT_ZIP where it is damaged
 */
export function readEntry({ name, header, data }: ZipEntry): Buffer {
  const content = header.method === METHOD.stored ? data : inflate(name, header, data);
  if (content.length !== header.inflatedSize || crc32(content) !== header.crc32) {
    throw notZip(`${showName(name)} is damaged (its checksum or size is wrong)`);
  }
  return content;
}

function inflate(name: string, header: DirectoryEntry, data: Buffer): Buffer {
  const maxOutputLength = Math.max(1, header.inflatedSize);
  try {
    // `info` exists since Node 8 and is missing from the declarations.
    const { buffer, engine } = inflateRawSync(data, { maxOutputLength, info: true } as object) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== data.length) throw notZip(`${showName(name)} has data behind its end`);
    return buffer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new AppError(
        "BUNDLE_RATIO",
        `${showName(name)} in the bundle inflates to more than the ${showBytes(header.inflatedSize)} it declares. Do not use this file; build the bundle again.`,
      );
    }
    throw notZip(`${showName(name)} is damaged (${error instanceof Error ? error.message : error})`);
  }
}

/** Two names that one file system takes for the same are the same, whatever another does. */
function checkUnique(name: string, seen: Map<string, string>): void {
  const key = name.replace(/\/$/, "").normalize("NFC").toLowerCase();
  const first = seen.get(key);
  if (first !== undefined) {
    const both = first === name ? `${showName(name)} twice` : `both ${showName(first)} and ${showName(name)}`;
    throw new AppError("BUNDLE_DUPLICATE", `The bundle has ${both}. Build it again with one of them.`);
  }
  seen.set(key, name);
}

function checkKind(name: string, { flags, method, unixMode, disk }: DirectoryEntry): void {
  const kind = unixMode & MODE.kind;
  const expected = name.endsWith("/") ? MODE.folder : MODE.regular;
  if (kind !== 0 && kind !== expected) {
    const what = kind === MODE.link ? "a link" : "not a plain file";
    throw new AppError(
      "BUNDLE_LINK",
      `${showName(name)} in the bundle is ${what}. Put the file itself into the bundle.`,
    );
  }
  if ((flags & (FLAG.encrypted | FLAG.strongEncryption | FLAG.maskedHeaders)) !== 0) {
    throw notZip(`${showName(name)} is encrypted`);
  }
  if ((flags & FLAG.dataDescriptor) !== 0) {
    throw notZip(`${showName(name)} was written as a stream, its sizes behind its data`);
  }
  if ((flags & ~(FLAG.level | FLAG.utf8)) !== 0 || disk !== 0) {
    throw notZip(`${showName(name)} uses a feature that bundles do not`);
  }
  if (method !== METHOD.stored && method !== METHOD.deflated) {
    throw notZip(
      `${showName(name)} is compressed with method ${method}; only "store" and "deflate" are read`,
    );
  }
}

function checkSizes(name: string, { method, compressedSize, inflatedSize }: DirectoryEntry): void {
  if (inflatedSize === 0xffffffff || compressedSize === 0xffffffff) {
    throw notZip(`${showName(name)} uses zip64`);
  }
  if (inflatedSize > LIMITS.entryBytes) {
    throw tooMuch(
      `${showName(name)} in the bundle inflates to ${showBytes(inflatedSize)}`,
      LIMITS.entryBytes,
    );
  }
  if (inflatedSize > LIMITS.ratioFromBytes && inflatedSize > compressedSize * LIMITS.ratio) {
    throw new AppError(
      "BUNDLE_RATIO",
      `${showName(name)} in the bundle inflates from ${showBytes(compressedSize)} to ${showBytes(inflatedSize)}, more than ${LIMITS.ratio}-fold, as only made-up files do. Do not use this file; build the bundle again.`,
    );
  }
  if (method === METHOD.stored && compressedSize !== inflatedSize) {
    throw notZip(`${showName(name)} is stored with two different sizes`);
  }
  if (name.endsWith("/") && inflatedSize !== 0) throw notZip(`the folder ${showName(name)} has content`);
}

function tooMuch(what: string, limit: number): AppError {
  return new AppError(
    "BUNDLE_RATIO",
    `${what}; ${showBytes(limit)} are allowed. Leave out what the plugin does not need.`,
  );
}

/** Where the entry's data lies in the part of the file before the directory. */
function findData(body: Buffer, name: string, header: DirectoryEntry): { start: number; end: number } {
  const local = body.subarray(header.offset, header.offset + LOCAL.size);
  if (local.length < LOCAL.size || local.readUInt32LE(0) !== LOCAL.signature) {
    throw notZip(`there is no entry where the directory says ${showName(name)} is`);
  }
  const nameAt = header.offset + LOCAL.size;
  const nameEnd = nameAt + local.readUInt16LE(LOCAL.nameLength);
  const agrees =
    body.subarray(nameAt, nameEnd).equals(header.name) &&
    local.readUInt16LE(LOCAL.flags) === header.flags &&
    local.readUInt16LE(LOCAL.method) === header.method &&
    local.readUInt32LE(LOCAL.crc32) === header.crc32 &&
    local.readUInt32LE(LOCAL.compressedSize) === header.compressedSize &&
    local.readUInt32LE(LOCAL.inflatedSize) === header.inflatedSize;
  if (!agrees) throw notZip(`the header of ${showName(name)} contradicts the directory`);

  const start = nameEnd + local.readUInt16LE(LOCAL.extraLength);
  const end = start + header.compressedSize;
  if (end > body.length) throw notZip(`${showName(name)} is cut off`);
  return { start, end };
}
