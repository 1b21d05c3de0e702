import { type ZipBytesEntry, zipBytes } from "../../packages/host/src/bundle/zip-bytes.ts";
import { MANIFEST } from "../hostile/good-bundle.ts";
import { EDGES, mutateBytes } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

const CODE = Buffer.from('const { definePlugin } = require("@rookery/plugin-sdk");\n'.repeat(8));
const JSON_BYTES = Buffer.from(JSON.stringify(MANIFEST));
const NAMES = [
  "plugin.json",
  "plugin.js",
  "../x",
  "/x",
  "a/",
  "PLUGIN.JS",
  "é",
  "e\u0301",
  "a\0b",
  "x".repeat(300),
];
const MODES = [0, 0o100644, 0o040755, 0o120777, 0o060600];
const SHORT = ["flags", "method"] as const;
const LONG = ["crc32", "compressedSize", "inflatedSize"] as const;

/** A zip file that is whole, but for a lie or two in its headers, names, kinds or contents. */
export function lyingZip(random: Random): Buffer {
  const entries: ZipBytesEntry[] = [
    { name: "plugin.json", content: JSON_BYTES, deflate: random.int(2) === 0 },
    { name: "plugin.js", content: CODE, deflate: random.int(2) === 0 },
  ];
  if (random.int(3) === 0) entries.push({ name: random.pick(NAMES), content: CODE });
  for (let lies = random.int(3); lies > 0; lies--) lie(random.pick(entries), random);
  const few = random.int(9) === 0;
  return zipBytes(entries, few ? { end: { entries: random.pick(EDGES) & 0xffff } } : {});
}

function lie(entry: ZipBytesEntry, random: Random): void {
  const fields = {
    ...(random.int(2) === 0 ? { [random.pick(SHORT)]: random.pick(EDGES) & 0xffff } : {}),
    ...(random.int(2) === 0 ? { [random.pick(LONG)]: random.pick(EDGES) } : {}),
  };
  switch (random.int(7)) {
    case 0:
      entry.both = fields;
      break;
    case 1:
      entry.local = fields;
      break;
    case 2:
      entry.central = { ...fields, offset: random.pick(EDGES) };
      break;
    case 3:
      entry.name = random.pick(NAMES);
      break;
    case 4:
      entry.unixMode = random.pick(MODES);
      break;
    case 5:
      entry.extra = Buffer.alloc(random.int(70));
      break;
    default:
      // With the checksum that fits: what is inside is looked at.
      entry.content = mutateBytes(Buffer.from(entry.content as Buffer), random);
  }
}
