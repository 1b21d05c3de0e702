import type { Socket } from "node:net";
import { createFrameReader, toFrame } from "@rookery/plugin-sdk/protocol";

/**
 * Answers what an instance asks of its database. Question and answer are bytes of `node:v8`'s
 * serialization: the worker and the database's process read them, the host only hands them on.
 */
export type AskDatabase = (instanceId: string, question: Uint8Array) => Promise<Uint8Array>;

/** The host's end of that line. */
export interface DatabaseLine {
  /** How often its instances have asked so far. */
  asked(): number;
}

const MAX_QUESTION_BYTES = 16 * 1024 * 1024;

/**
 * The host's end of the line over which a worker's instances ask their databases: a frame with the
 * instance's ID, a frame with the question, and one frame back. Every question gets an answer, since
 * the worker stands still until it comes.
 */
export function openDatabaseLine(
  socket: Socket,
  ask: AskDatabase,
  onMalformed: (detail: string) => void,
): DatabaseLine {
  let instanceId: string | null = null;
  let asked = 0;
  const read = createFrameReader(MAX_QUESTION_BYTES, (bytes) => {
    if (instanceId === null) {
      instanceId = bytes.toString();
      return;
    }
    asked++;
    const asking = ask(instanceId, Uint8Array.from(bytes));
    instanceId = null;
    void asking.then((answer) => socket.write(toFrame(answer)));
  });
  socket.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      onMalformed((error as Error).message);
    }
  });
  return { asked: () => asked };
}
