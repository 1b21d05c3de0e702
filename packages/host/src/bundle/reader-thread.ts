import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { type Bundle, readBundle } from "./read-bundle.ts";

/** What the thread is given, and what it answers. */
export interface ToRead {
  bytes: Uint8Array;
  hostVersion: string;
}
export type Read =
  | { bundle: Bundle }
  | { refused: Pick<AppError, "code" | "message" | "fields" | "data"> }
  | { failed: unknown };

function read({ bytes, hostVersion }: ToRead): Read {
  try {
    return { bundle: readBundle(Buffer.from(bytes), { hostVersion }) };
  } catch (error) {
    if (!(error instanceof AppError)) return { failed: error };
    const { code, message, fields, data } = error;
    return { refused: { code, message, fields, data } };
  }
}

parentPort?.postMessage(read(workerData as ToRead));
