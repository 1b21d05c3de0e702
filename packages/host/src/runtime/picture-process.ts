import { spawn } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { setPriority } from "node:os";
import { createFrameReader, toFrame } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import type { MadePreview, PreviewRequest } from "../pictures/preview-frames.ts";
import { childStream } from "./child-stream.ts";
import { limitedCommand } from "./limited-command.ts";

/** A picture on the disk. */
export interface Picture extends Omit<PreviewRequest, "maxPixels"> {
  path: string;
  /** In bytes. */
  size: number;
  /** By its header, where that was understood. */
  width?: number | undefined;
  height?: number | undefined;
}

/** A process that decodes pictures, one at a time. */
export interface PictureProcess {
  /** Whether it can be asked. */
  readonly isAlive: boolean;
  /**
   * @throws Error (rejects) that says why there is no preview, as a sentence. Once the process had any of the picture, it
   *   is gone then: what a hostile picture left behind in it meets no other one
   */
  preview(picture: Picture, maxPixels: number): Promise<MadePreview>;
  /** Resolves when it is gone. */
  end(): Promise<void>;
}

/** For decoded pixels, beside what Node reserves: those of the largest picture three times over. */
const MEMORY_MB = 256;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const CHANGED = "It changed meanwhile.";
/** Yields to the host, as plugins' work does. */
const NICENESS = 5;

const Answer = Compile(
  Type.Union([
    Type.Object({ blurhash: Type.String({ pattern: "^[0-9A-Za-z#$%*+,.:;=?@[\\]^_{|}~-]{6,200}$" }) }),
    Type.Object({ failed: Type.String() }),
  ]),
);

/**
 * Starts a process for pictures that strangers made. It reads one file, its own, writes none, has no network and
 * no environment; the kernel bounds its memory. Pictures come to it through its pipe.
 *
 * @param file its bundle
 * @param deadlineMs for one picture, and for the process to come up: what takes longer is large or hostile, or the
 *   machine is busy
 */
export function startPictureProcess(file: string, deadlineMs: number): PictureProcess {
  const node = [process.execPath, "--permission", `--allow-fs-read=${file}`, "--no-warnings"];
  const [program, ...args] = limitedCommand([...node, "--max-old-space-size=64", file], MEMORY_MB, true);
  const child = spawn(program, args, {
    ...{ env: {}, cwd: "/", stdio: ["pipe", "pipe", "ignore"], detached: true },
  });
  const [stdin, stdout] = [childStream(child, 0), childStream(child, 1)];
  lowerPriority(child.pid);
  let waiting: PromiseWithResolvers<MadePreview> | null = null;
  let blurhash: string | null = null;
  let isAlive = true;

  const read = createFrameReader(MAX_ANSWER_BYTES, (payload) => {
    if (blurhash !== null) {
      waiting?.resolve({ blurhash, ...(payload.length > 0 ? { thumbnail: Uint8Array.from(payload) } : {}) });
      blurhash = null;
      return;
    }
    const answer = JSON.parse(payload.toString()) as unknown;
    if (!Answer.Check(answer)) throw new Error("The answer is not of the form.");
    if ("failed" in answer) fail(answer.failed.slice(0, 500));
    else blurhash = answer.blurhash;
  });
  stdout.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch {
      fail("The process that decodes pictures sent what it should not.");
    }
  });
  const gone = new Promise<void>((resolve) => {
    const finish = (why: string) => {
      fail(why);
      resolve();
    };
    child.once("close", () => finish("The process that decodes pictures ended (out of memory?)."));
    child.once("error", () => finish("The process that decodes pictures could not be started."));
  });
  // Its end tells why.
  stdin.on("error", () => undefined);

  function fail(why: string): void {
    isAlive = false;
    if (child.pid !== undefined) child.kill("SIGKILL");
    waiting?.reject(new Error(why));
  }

  return {
    get isAlive() {
      return isAlive;
    },

    async preview({ path, size, type, thumbnail }, maxPixels) {
      // Before anything is sent: a file that is gone is no fault of the process.
      await using file = await openPicture(path, size);
      if (!isAlive) throw new Error("The process that decodes pictures could not be started.");
      const asked = Promise.withResolvers<MadePreview>();
      waiting = asked;
      const late = () => fail(`It took longer than ${deadlineMs / 1000} s to decode.`);
      const timer = setTimeout(late, deadlineMs);
      // Streamed: the host's memory does not grow with the picture.
      const bytes = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
      bytes.once("error", (error) => fail(couldNotBeRead(error)));
      bytes.once("end", () => {
        if (bytes.bytesRead < size) fail(CHANGED);
      });
      try {
        const request: PreviewRequest = { type, thumbnail, maxPixels };
        stdin.write(toFrame(JSON.stringify(request)));
        stdin.write(lengthOf(size));
        bytes.pipe(stdin, { end: false });
        return await asked.promise;
      } finally {
        clearTimeout(timer);
        bytes.destroy();
        waiting = null;
      }
    },

    async end() {
      fail("The host stops.");
      await gone;
    },
  };
}

/** @throws Error that says, without its path, why it cannot be read */
async function openPicture(path: string, size: number): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Error(isGone ? "It was closed." : couldNotBeRead(error), { cause: error });
  }
  try {
    const { size: found } = await file.stat();
    if (found === size) return file;
    throw new Error(CHANGED);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function couldNotBeRead(error: unknown): string {
  return `It could not be read (${(error as NodeJS.ErrnoException).code}).`;
}

/** A frame's beginning. */
function lengthOf(size: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(size);
  return header;
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It is gone already; its end tells.
  }
}
