/**
 * The parts of the zip format that a bundle uses, after PKWARE's APPNOTE.TXT 6.3.10 (sections 4.3.7,
 * 4.3.12 and 4.3.16). Offsets are from the start of each record; all numbers are little-endian.
 */
export const LOCAL = {
  signature: 0x04034b50,
  size: 30,
  version: 4,
  flags: 6,
  method: 8,
  date: 12,
  crc32: 14,
  compressedSize: 18,
  inflatedSize: 22,
  nameLength: 26,
  extraLength: 28,
};

export const CENTRAL = {
  signature: 0x02014b50,
  size: 46,
  madeBy: 4,
  version: 6,
  flags: 8,
  method: 10,
  date: 14,
  crc32: 16,
  compressedSize: 20,
  inflatedSize: 24,
  nameLength: 28,
  extraLength: 30,
  commentLength: 32,
  disk: 34,
  externalAttributes: 38,
  offset: 42,
};

export const END = {
  signature: 0x06054b50,
  size: 22,
  disk: 4,
  centralDisk: 6,
  entriesOnDisk: 8,
  entries: 10,
  centralSize: 12,
  centralOffset: 16,
  commentLength: 20,
};

/** Bits of the general purpose flags. */
export const FLAG = {
  encrypted: 1 << 0,
  /** Two bits in which a compressor notes its level. */
  level: 0b11 << 1,
  dataDescriptor: 1 << 3,
  strongEncryption: 1 << 6,
  utf8: 1 << 11,
  maskedHeaders: 1 << 13,
};

export const METHOD = { stored: 0, deflated: 8 };

/** The kind of file in a Unix mode, which is the upper half of the external attributes. */
export const MODE = { kind: 0o170000, regular: 0o100000, folder: 0o040000, link: 0o120000 };
