import type { KeyObject } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { makeSignature, SIGNATURE, sha256Of } from "./sign.ts";
import { CENTRAL, END, FLAG, LOCAL, METHOD, MODE } from "./zip-format.ts";

/** Unix, version 2.0 of the format. */
const MADE_BY = (3 << 8) | 20;
const VERSION_NEEDED = 20;
/** 1980-01-01, the first day a zip file can name. */
const DATE = (1 << 5) | 1;

/** What goes into a bundle. `extra` is for files such as `LICENSE`, by name. */
export interface BundleContent {
  manifest: Manifest;
  code: string;
  extra?: Record<string, string | Uint8Array>;
  /** An Ed25519 private key that signs all of it. */
  signWith?: KeyObject;
}

/**
 * Writes a bundle. The same content gives the same bytes, on every machine and with every version of
 * Node: no clock, no locale, no file modes; and stored, not deflated, because what zlib makes of the
 * same input differs between its versions and processors.
 */
export function writeBundle({ manifest, code, extra = {}, signWith }: BundleContent): Buffer {
  const others = Object.entries(extra).sort(([a], [b]) => (a < b ? -1 : 1));
  const files: [string, string | Uint8Array][] = [
    ["plugin.json", `${JSON.stringify(manifest, null, 2)}\n`],
    ["plugin.js", code],
    ...others,
  ];
  if (signWith) {
    const signed = files.map(([name, content]) => ({ name, sha256: sha256Of(content) }));
    files.push([SIGNATURE, makeSignature(signed, signWith)]);
  }

  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const record = { name: Buffer.from(name), content: bytes, offset };
    const body = Buffer.concat([localHeader(record), record.name, record.content]);
    bodies.push(body);
    directory.push(centralHeader(record), record.name);
    offset += body.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...bodies, central, endRecord(files.length, central.length, offset)]);
}

interface FileRecord {
  name: Buffer;
  content: Uint8Array;
  offset: number;
}

function localHeader({ name, content }: FileRecord): Buffer {
  const header = Buffer.alloc(LOCAL.size);
  header.writeUInt32LE(LOCAL.signature, 0);
  header.writeUInt16LE(VERSION_NEEDED, LOCAL.version);
  header.writeUInt16LE(FLAG.utf8, LOCAL.flags);
  header.writeUInt16LE(METHOD.stored, LOCAL.method);
  header.writeUInt16LE(DATE, LOCAL.date);
  header.writeUInt32LE(crc32(content), LOCAL.crc32);
  header.writeUInt32LE(content.length, LOCAL.compressedSize);
  header.writeUInt32LE(content.length, LOCAL.inflatedSize);
  header.writeUInt16LE(name.length, LOCAL.nameLength);
  return header;
}

function centralHeader({ name, content, offset }: FileRecord): Buffer {
  const header = Buffer.alloc(CENTRAL.size);
  header.writeUInt32LE(CENTRAL.signature, 0);
  header.writeUInt16LE(MADE_BY, CENTRAL.madeBy);
  header.writeUInt16LE(VERSION_NEEDED, CENTRAL.version);
  header.writeUInt16LE(FLAG.utf8, CENTRAL.flags);
  header.writeUInt16LE(METHOD.stored, CENTRAL.method);
  header.writeUInt16LE(DATE, CENTRAL.date);
  header.writeUInt32LE(crc32(content), CENTRAL.crc32);
  header.writeUInt32LE(content.length, CENTRAL.compressedSize);
  header.writeUInt32LE(content.length, CENTRAL.inflatedSize);
  header.writeUInt16LE(name.length, CENTRAL.nameLength);
  header.writeUInt32LE(((MODE.regular | 0o644) << 16) >>> 0, CENTRAL.externalAttributes);
  header.writeUInt32LE(offset, CENTRAL.offset);
  return header;
}

function endRecord(count: number, centralSize: number, centralOffset: number): Buffer {
  const end = Buffer.alloc(END.size);
  end.writeUInt32LE(END.signature, 0);
  end.writeUInt16LE(count, END.entriesOnDisk);
  end.writeUInt16LE(count, END.entries);
  end.writeUInt32LE(centralSize, END.centralSize);
  end.writeUInt32LE(centralOffset, END.centralOffset);
  return end;
}
