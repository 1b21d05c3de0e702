import { printable } from "./printable.ts";

/** Is told of each part, how many bytes it has. */
export type Count = (bytes: number) => void;

/** Work that is done sooner shows nothing. */
const AFTER_MS = 500;
const EVERY_MS = 100;
const BAR = 24;

/**
 * Shows how far work with bytes is, on a terminal and while it lasts.
 *
 * @param doing such as `Uploading`
 * @param total of its bytes, where that is known
 * @param quiet where nobody is to read it
 */
export async function withProgress<T>(
  { doing, total, err, quiet }: { doing: string; total?: number; err: NodeJS.WritableStream; quiet: boolean },
  work: (count: Count) => Promise<T>,
): Promise<T> {
  const terminal = err as NodeJS.WriteStream;
  if (quiet || !terminal.isTTY || process.env.TERM === "dumb") return await work(() => undefined);
  const begin = performance.now();
  let done = 0;
  const draw = () => {
    const seconds = (performance.now() - begin) / 1000;
    const rate = done === total ? "the host reads it" : `${megabytes(done / seconds)}/s`;
    const line = lineOf(printable(doing), done, total, rate, terminal.columns || 80);
    terminal.write(`\r${line}\x1b[K`);
  };
  let every: NodeJS.Timeout | undefined;
  const after = setTimeout(() => {
    draw();
    every = setInterval(draw, EVERY_MS);
  }, AFTER_MS);
  try {
    return await work((bytes) => {
      done += bytes;
    });
  } finally {
    clearTimeout(after);
    clearInterval(every);
    if (every !== undefined) terminal.write("\r\x1b[K");
  }
}

/** Shorter than the terminal is wide, or it would leave lines behind. */
function lineOf(doing: string, done: number, total: number | undefined, rate: string, columns: number) {
  const share = total === undefined ? undefined : total === 0 ? 1 : Math.min(done / total, 1);
  const amount = share === undefined ? megabytes(done) : `${megabytes(done)} of ${megabytes(total ?? 0)}`;
  const percent = share === undefined ? "" : `${String(Math.floor(share * 100)).padStart(3)} %  `;
  const figures = `${percent}${amount}  ${rate}`;
  const width = Math.min(BAR, columns - doing.length - figures.length - 5);
  const full = Math.floor((share ?? 0) * width);
  const bar = share === undefined || width < 4 ? "" : `${"━".repeat(full)}${"─".repeat(width - full)}  `;
  return `${doing}  ${bar}${figures}`.slice(0, columns - 1);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** A file's bytes, each part counted when it is read to be sent. */
export class CountedBlob extends Blob {
  /** What the person called the file. */
  readonly file: string;
  readonly #bytes: Blob;
  readonly #count: Count;

  constructor(file: string, bytes: Blob, count: Count) {
    super([bytes], { type: bytes.type });
    this.file = file;
    this.#bytes = bytes;
    this.#count = count;
  }

  override stream(): ReturnType<Blob["stream"]> {
    return this.#bytes.stream().pipeThrough(countedParts(this.#count));
  }
}

/** What goes through it is counted. */
export function countedParts<Part extends Uint8Array>(count: Count): TransformStream<Part, Part> {
  return new TransformStream({
    transform(part, to) {
      count(part.length);
      to.enqueue(part);
    },
  });
}
