import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a zip file for a test, with every field of its headers open to lies. */
export interface ZipBytesEntry {
  name: string | Buffer;
  content?: string | Buffer;
  deflate?: boolean;
  /** What lies in the file instead of the content. */
  data?: Buffer;
  unixMode?: number;
  extra?: Buffer;
  /** Fields of both headers. */
  both?: Partial<HeaderFields>;
  /** Fields of one header only. */
  local?: Partial<HeaderFields & { signature: number; name: Buffer }>;
  central?: Partial<HeaderFields & { signature: number; offset: number; disk: number }>;
}

interface HeaderFields {
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  inflatedSize: number;
}

interface ZipBytesOptions {
  before?: Buffer;
  between?: Buffer;
  beforeDirectory?: Buffer;
  afterDirectory?: Buffer;
  after?: Buffer;
  end?: Partial<Record<"disk" | "entriesOnDisk" | "entries" | "centralSize" | "centralOffset", number>>;
  comment?: string;
}

/** Writes a zip file field by field, for tests of a reader: independent of what writes bundles. */
export function zipBytes(entries: ZipBytesEntry[], options: ZipBytesOptions = {}): Buffer {
  const none = Buffer.alloc(0);
  const { before = none, between = none, beforeDirectory = none, afterDirectory = none } = options;
  const parts: Buffer[] = [before];
  const central: Buffer[] = [];
  for (const entry of entries) {
    const offset = length(parts);
    const name = Buffer.from(entry.name as string);
    const content = Buffer.from((entry.content ?? "") as string);
    const data = entry.data ?? (entry.deflate ? deflateRawSync(content) : content);
    const extra = entry.extra ?? none;
    const fields: HeaderFields = {
      flags: 0,
      method: entry.deflate ? 8 : 0,
      crc32: crc32(content),
      compressedSize: data.length,
      inflatedSize: content.length,
      ...entry.both,
    };
    const localName = entry.local?.name ?? name;
    const signature = u32(entry.local?.signature ?? 0x04034b50);
    const sizes = Buffer.concat([u16(localName.length), u16(extra.length)]);
    parts.push(
      signature,
      u16(20),
      header({ ...fields, ...entry.local }),
      sizes,
      localName,
      extra,
      data,
      between,
    );
    central.push(
      u32(entry.central?.signature ?? 0x02014b50),
      ...[u16((3 << 8) | 20), u16(20), header({ ...fields, ...entry.central })],
      ...[u16(name.length), u16(extra.length), u16(0), u16(entry.central?.disk ?? 0), u16(0)],
      ...[u32(((entry.unixMode ?? 0) << 16) >>> 0), u32(entry.central?.offset ?? offset), name, extra],
    );
  }
  parts.push(beforeDirectory);
  const { end = {} } = options;
  const count = entries.length;
  const directory = Buffer.concat(central);
  const comment = Buffer.from(options.comment ?? "");
  return Buffer.concat([
    ...parts,
    directory,
    afterDirectory,
    ...[
      u32(0x06054b50),
      u16(end.disk ?? 0),
      u16(0),
      u16(end.entriesOnDisk ?? count),
      u16(end.entries ?? count),
    ],
    ...[u32(end.centralSize ?? directory.length), u32(end.centralOffset ?? length(parts))],
    ...[u16(comment.length), comment, options.after ?? none],
  ]);
}

/** From the flags to the inflated size: the part that both headers have alike. The date is 0. */
function header(fields: HeaderFields): Buffer {
  const { flags, method, crc32, compressedSize, inflatedSize } = fields;
  return Buffer.concat([
    ...[u16(flags), u16(method), u32(0), u32(crc32), u32(compressedSize), u32(inflatedSize)],
  ]);
}

function length(parts: Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
