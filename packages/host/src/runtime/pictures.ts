import { createLimit } from "../matrix/limit.ts";
import type { MadePreview } from "../pictures/preview-frames.ts";
import { MAX_PICTURE_BYTES, tooManyPixels } from "../pictures/preview-frames.ts";
import { type Picture, type PictureProcess, startPictureProcess } from "./picture-process.ts";
import { createTurns } from "./turns.ts";

/** What decodes pictures: never the host itself. */
export interface Pictures {
  /**
   * @param key whose picture it is: a plugin's pictures share a process with no other plugin's, and take turns
   * @param isWanted asked when its turn comes: what nobody wants any more is not decoded
   * @throws Error that says why there is no preview, as a sentence
   */
  preview(key: string, picture: Picture, isWanted?: () => boolean): Promise<MadePreview>;
  close(): Promise<void>;
}

export interface PicturesOptions {
  /** The bundle of the process that decodes. */
  file: string;
  /** How long a process waits for the next picture; 5,000 unless told. */
  idleMs?: number;
  /** How long one picture may take; 3,000 unless told. */
  deadlineMs?: number;
  /** A picture of more has no preview, with 0 none has one; 25 unless told. */
  maxMegapixels?: number;
}

/** Of all plugins, so that one with many pictures holds up no other, and memory is bounded. */
const AT_ONCE = 2;
/** What takes some 150 MB to decode. Of larger ones (480 MB at 24 megapixels) one is decoded at a time. */
const SMALL_PIXELS = 5_000_000;
/** Of one plugin, the one that is decoded included: a few posts of twenty pictures. */
const MAX_WAITING = 100;

export function createPictures({
  file,
  idleMs = 5_000,
  deadlineMs = 3_000,
  maxMegapixels = 25,
}: PicturesOptions): Pictures {
  const maxPixels = maxMegapixels * 1_000_000;
  const turns = createTurns();
  const limit = createLimit(AT_ONCE);
  /** Waited for before a turn of the others is taken: small pictures go on beside a large one. */
  const limitLarge = createLimit(1);
  const waiting = new Map<string, number>();
  /** Processes that wait for the next picture of the same plugin, the longest waiting first. */
  const idle = new Map<string, { process: PictureProcess; timer: NodeJS.Timeout }>();
  const busy = new Set<PictureProcess>();
  const ending = new Set<Promise<void>>();
  let closed = false;

  async function end(process: PictureProcess): Promise<void> {
    const work = process.end().finally(() => ending.delete(work));
    ending.add(work);
    await work;
  }

  function drop(key: string): void {
    const found = idle.get(key);
    if (!found) return;
    idle.delete(key);
    clearTimeout(found.timer);
    void end(found.process);
  }

  function take(key: string): PictureProcess {
    const found = idle.get(key);
    if (found?.process.isAlive) {
      idle.delete(key);
      clearTimeout(found.timer);
      return found.process;
    }
    drop(key);
    const [oldest] = idle.keys();
    if (oldest !== undefined && idle.size + busy.size >= AT_ONCE) drop(oldest);
    return startPictureProcess(file, deadlineMs);
  }

  async function decode(key: string, picture: Picture, pixels: number): Promise<MadePreview> {
    if (closed) throw new Error("The host stops.");
    const process = take(key);
    busy.add(process);
    try {
      return await process.preview(picture, pixels);
    } finally {
      busy.delete(process);
      // A large picture's memory stays with its process: it ends before the next large one begins.
      if (process.isAlive && !closed && pixels <= SMALL_PIXELS) {
        const timer = setTimeout(() => drop(key), idleMs);
        idle.set(key, { process, timer: timer.unref() });
      } else await end(process);
    }
  }

  return {
    async preview(key, picture, isWanted = () => true) {
      if (maxPixels === 0) throw new Error("The host makes none (limits.previewMegapixels).");
      if (picture.size > MAX_PICTURE_BYTES)
        throw new Error(`It is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MB.`);
      const { width, height } = picture;
      // The process decodes no more than that, whatever it finds: a header that was not understood counts as the most.
      const pixels = width && height ? width * height : maxPixels;
      if (width && height && pixels > maxPixels) throw new Error(tooManyPixels(width, height, maxPixels));
      const before = waiting.get(key) ?? 0;
      if (before >= MAX_WAITING) throw new Error("Too many pictures wait for theirs.");
      waiting.set(key, before + 1);
      const inTurn = async () => {
        if (!isWanted()) throw new Error("It was closed.");
        return await decode(key, picture, pixels);
      };
      const inLimits = () => (pixels > SMALL_PIXELS ? limitLarge(() => limit(inTurn)) : limit(inTurn));
      try {
        return await turns.take(key, inLimits);
      } finally {
        const left = (waiting.get(key) ?? 1) - 1;
        if (left > 0) waiting.set(key, left);
        else waiting.delete(key);
      }
    },

    async close() {
      closed = true;
      for (const key of [...idle.keys()]) drop(key);
      for (const process of busy) void end(process);
      await turns.idle();
      await Promise.all(ending);
    },
  };
}
