import { readSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { type DatabaseAnswer, type DatabaseRequest, toFrame } from "@rookery/plugin-sdk/protocol";

/**
 * Asks an instance's database through the host (its end is `runtime/database-line`). The thread stands
 * still until the answer is there.
 *
 * @param fd the worker's end of the line, which blocks
 */
export function createDatabaseClient(fd: number) {
  return (instanceId: string, request: DatabaseRequest): DatabaseAnswer => {
    writeWhole(fd, Buffer.concat([toFrame(instanceId), toFrame(serialize(request))]));
    const length = readWhole(fd, 4).readUInt32LE(0);
    return deserialize(readWhole(fd, length)) as DatabaseAnswer;
  };
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function readWhole(fd: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(fd, bytes, at, length - at, null);
    if (count === 0) process.exit();
    at += count;
  }
  return bytes;
}
