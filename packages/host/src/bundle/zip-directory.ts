import { AppError } from "../errors.ts";
import { LIMITS } from "./limits.ts";
import { CENTRAL, END, LOCAL } from "./zip-format.ts";

/** One entry as the central directory describes it. Nothing in it has been checked against the data. */
export interface DirectoryEntry {
  name: Buffer;
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  inflatedSize: number;
  disk: number;
  unixMode: number;
  /** Where its local header starts. */
  offset: number;
}

/** The central directory: its entries in order, and where it starts, which is where their data ends. */
export interface Directory {
  entries: DirectoryEntry[];
  start: number;
}

/**
 * Reads the central directory of a zip file, strictly: the file ends with the end record, the
 * directory lies right before it, and the counts and sizes agree. So nothing can hang behind the
 * archive, and every program sees the same entries.
 *
 * Written here because adm-zip, which the tests use for comparison, cannot be asked safely: it reads
 * all entries before it shows the first, and makes a folder object for every prefix of a name, so
 * that one 64 KiB file with a name of 32,000 slashes costs it 3 s and 440 MB. It also takes a local
 * header that contradicts the directory, and data before, between and behind the entries.
 *
 * @throws AppError BUNDLE_NOT_ZIP, BUNDLE_ENTRY_COUNT
 */
export function readDirectory(bytes: Buffer): Directory {
  const endAt = bytes.length - END.size;
  const end = endAt < 0 ? Buffer.alloc(END.size) : bytes.subarray(endAt);
  if (end.readUInt32LE(0) !== END.signature || end.readUInt16LE(END.commentLength) !== 0) {
    throw notZip(whyNoEnd(bytes));
  }

  const count = end.readUInt16LE(END.entries);
  if (count > LIMITS.entries) {
    throw new AppError(
      "BUNDLE_ENTRY_COUNT",
      `The bundle has ${count} entries; ${LIMITS.entries} are allowed. A bundle needs two: plugin.json and plugin.js. Build it with "rookery build".`,
    );
  }
  const start = end.readUInt32LE(END.centralOffset);
  const oneDisk =
    end.readUInt16LE(END.disk) === 0 &&
    end.readUInt16LE(END.centralDisk) === 0 &&
    end.readUInt16LE(END.entriesOnDisk) === count;
  if (!oneDisk) throw notZip("it is one part of a zip that was split");
  if (start + end.readUInt32LE(END.centralSize) !== endAt) {
    throw notZip("its directory is not where the end record says; it is damaged, or other data was added");
  }

  const entries: DirectoryEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const header = bytes.subarray(at, Math.min(at + CENTRAL.size, endAt));
    if (header.length < CENTRAL.size || header.readUInt32LE(0) !== CENTRAL.signature) {
      throw notZip(`its directory is damaged at entry ${index + 1}`);
    }
    const nameEnd = at + CENTRAL.size + header.readUInt16LE(CENTRAL.nameLength);
    const name = bytes.subarray(at + CENTRAL.size, nameEnd);
    at = nameEnd + header.readUInt16LE(CENTRAL.extraLength) + header.readUInt16LE(CENTRAL.commentLength);
    if (at > endAt) throw notZip(`its directory is damaged at entry ${index + 1}`);
    entries.push({
      name,
      flags: header.readUInt16LE(CENTRAL.flags),
      method: header.readUInt16LE(CENTRAL.method),
      crc32: header.readUInt32LE(CENTRAL.crc32),
      compressedSize: header.readUInt32LE(CENTRAL.compressedSize),
      inflatedSize: header.readUInt32LE(CENTRAL.inflatedSize),
      disk: header.readUInt16LE(CENTRAL.disk),
      unixMode: header.readUInt32LE(CENTRAL.externalAttributes) >>> 16,
      offset: header.readUInt32LE(CENTRAL.offset),
    });
  }
  if (at !== endAt) throw notZip("its directory holds more than its entries");
  return { entries, start };
}

/** The error for what is not a zip file, or not a plain one. `why` completes "…: it has a comment". */
export function notZip(why: string): AppError {
  return new AppError(
    "BUNDLE_NOT_ZIP",
    `The file is not a plain zip file: ${why}. Build the bundle with "rookery build" and transfer it as it is.`,
  );
}

function whyNoEnd(bytes: Buffer): string {
  const startsAsZip = bytes.length >= 4 && bytes.readUInt32LE(0) === LOCAL.signature;
  if (startsAsZip) return "it was cut off, or has a comment or other data behind its end";
  return bytes.length === 0 ? "it is empty" : "it does not end as one";
}
