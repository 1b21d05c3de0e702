import { createReadStream } from "node:fs";
import { AppError } from "../errors.ts";

/** A file that goes into an archive: its bytes, or where they are. */
export type TarSource = { name: string; size: number } & ({ bytes: Buffer } | { path: string });

const BLOCK = 512;
/** Read at once: large ones take the host's thread less often. */
const PIECE = 256 * 1024;
/** The archive's end, and what other programs fill it up with. */
const END = 2 * BLOCK;
const MAX_FILLING = 10_240;

/** The bytes of a tar archive (ustar) of plain files, as they are needed. */
export async function* tarOf(files: readonly TarSource[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield headerOf(file.name, file.size);
    if ("bytes" in file) yield file.bytes;
    else yield* createReadStream(file.path, { end: Math.max(0, file.size - 1), highWaterMark: PIECE });
    yield Buffer.alloc(padding(file.size));
  }
  yield Buffer.alloc(END);
}

/** A file of an archive that is being read. Its bytes have to be taken before the next one comes. */
export interface TarFile {
  name: string;
  size: number;
  bytes(): AsyncGenerator<Buffer>;
}

/**
 * Reads an archive of plain files from a stream, and nothing else: a link, a folder, a device, a long name,
 * or bytes behind its end are refused. What a name says is the caller's to judge before it makes a file.
 *
 * @param broken makes the error of what is no such archive
 * @throws AppError as `broken` makes it
 */
export async function* readTar(
  stream: AsyncIterable<Buffer>,
  broken: Refusal = notExported,
): AsyncGenerator<TarFile> {
  const source = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const { done, value } = await source.next();
    if (!done) held = held.length === 0 ? value : Buffer.concat([held, value]);
    return !done;
  }
  async function take(size: number): Promise<Buffer> {
    while (held.length < size) if (!(await more())) throw broken("it ends in the middle");
    const taken = held.subarray(0, size);
    held = held.subarray(size);
    return taken;
  }
  async function* pieces(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (held.length === 0 && !(await more())) throw broken("it ends in the middle");
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  for (;;) {
    const header = await take(BLOCK);
    if (isZero(header)) break;
    const { name, size } = readHeader(header, broken);
    let taken = false;
    yield {
      ...{ name, size },
      async *bytes() {
        taken = true;
        yield* pieces(size);
      },
    };
    if (!taken) throw broken(`"${name}" was not expected`);
    if (!isZero(await take(padding(size)))) throw broken("its filling is not empty");
  }
  let filling = 0;
  do {
    filling += held.length;
    if (!isZero(held) || filling > MAX_FILLING) throw broken("there is something behind its end");
    held = Buffer.alloc(0);
  } while (await more());
  if (filling < BLOCK) throw broken("it ends in the middle");
}

export type Refusal = (why: string) => AppError;

const notExported: Refusal = (why) =>
  new AppError("EXPORT_INVALID", `This is no file that Rookery exported, or it was damaged: ${why}.`);

export { notExported as broken };

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;
const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0);

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100, "utf8");
  header.write("0000600\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("0", 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  header.write(`${checksum(header).toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** The sum of its bytes, the checksum's own taken as spaces. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function readHeader(header: Buffer, broken: Refusal): { name: string; size: number } {
  const text = (from: number, to: number) => {
    const field = header.toString("latin1", from, to);
    const end = field.indexOf("\0");
    return end === -1 ? field : field.slice(0, end);
  };
  if (text(257, 262) !== "ustar") throw broken("it is no tar archive");
  if (Number.parseInt(text(148, 156).trim(), 8) !== checksum(header))
    throw broken("a header's checksum is wrong");
  const type = text(156, 157);
  if (type !== "0" && type !== "") throw broken("it has something else than plain files");
  if (text(157, 257) !== "" || text(345, 500) !== "") throw broken("it has a link or a long name");
  const size = text(124, 136).trim();
  if (!/^[0-7]{1,11}$/.test(size)) throw broken("a size in it is none");
  return { name: text(0, 100), size: Number.parseInt(size, 8) };
}
