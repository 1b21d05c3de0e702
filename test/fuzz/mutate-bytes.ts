import type { Random } from "./random.ts";

/** Numbers at which a reader of sizes and offsets may stumble. */
export const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe,
  0xffffffff,
];

/** Bytes that are almost these: one to four small changes, as damage and malice make them. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = 1 + random.int(4); times > 0; times--) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(bytes: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> {
  const at = random.int(bytes.length + 1);
  const length = 1 + random.int(random.pick([4, 40, 400]));
  switch (random.int(8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.int(256);
      return bytes;
    case 2:
      if (at + 2 <= bytes.length) bytes.writeUInt16LE(random.pick(EDGES) & 0xffff, at);
      return bytes;
    case 3:
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(random.pick(EDGES), at);
      return bytes;
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 6: {
      const from = random.int(bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + length), bytes.subarray(at)]);
    }
    default:
      return Buffer.from(bytes.subarray(0, at));
  }
}
