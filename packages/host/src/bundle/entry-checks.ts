import { AppError } from "../errors.ts";
import { showName } from "./entry-name.ts";
import { LIMITS, showBytes } from "./limits.ts";
import { type DirectoryEntry, notZip } from "./zip-directory.ts";
import { FLAG, METHOD, MODE } from "./zip-format.ts";

/** Two names that one file system takes for the same are the same, whatever another does. */
export function checkUnique(name: string, seen: Map<string, string>): void {
  const key = name.replace(/\/$/, "").normalize("NFC").toLowerCase();
  const first = seen.get(key);
  if (first !== undefined) {
    const both = first === name ? `${showName(name)} twice` : `both ${showName(first)} and ${showName(name)}`;
    throw new AppError("BUNDLE_DUPLICATE", `The bundle has ${both}. Build it again with one of them.`);
  }
  seen.set(key, name);
}

/** Only plain files and folders, not encrypted, whole in the archive, stored or deflated. */
export function checkKind(name: string, { flags, method, unixMode, disk }: DirectoryEntry): void {
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

/** What the headers declare, before a byte is inflated. That they do not lie is seen while inflating. */
export function checkSizes(name: string, { method, compressedSize, inflatedSize }: DirectoryEntry): void {
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

/** All entries together, in inflated bytes. */
export function checkTotal(total: number): void {
  if (total > LIMITS.totalBytes) {
    throw tooMuch(`The bundle's entries inflate to ${showBytes(total)} in all`, LIMITS.totalBytes);
  }
}

function tooMuch(what: string, limit: number): AppError {
  return new AppError(
    "BUNDLE_RATIO",
    `${what}; ${showBytes(limit)} are allowed. Leave out what the plugin does not need.`,
  );
}
