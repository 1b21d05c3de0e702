import { crc32, inflateRawSync } from "node:zlib";
import { AppError } from "../errors.ts";
import { checkKind, checkSizes, checkTotal, checkUnique } from "./entry-checks.ts";
import { parseEntryName, showName } from "./entry-name.ts";
import { showBytes } from "./limits.ts";
import { type Directory, type DirectoryEntry, notZip } from "./zip-directory.ts";
import { LOCAL, METHOD } from "./zip-format.ts";

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
  checkTotal(total);
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
