import type { Readable } from "node:stream";
import { AppError, reasonOf } from "../errors.ts";

/** Reads the body of an answer. @throws AppError `NETWORK_FAILED` where it breaks off */
export async function* received(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new AppError("NETWORK_FAILED", `The download broke off (${reasonOf(cause)}).`, { cause });
  }
}

/** Gives a body up that nobody wants to read, and its connection with it. */
export function discard(body: Readable): void {
  // It says that it was not read to its end, as an error event, which nobody else would meet.
  body.on("error", () => undefined).destroy();
}
