import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { DatabaseAnswer, DatabaseRequest } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

/** What a worker needs to ask a database and wait for the answer without giving up its thread. */
export interface DatabaseLine {
  port: MessagePort;
  /** One 32-bit integer: 1 when the answer is in the port. */
  answered: SharedArrayBuffer;
}

const Value = Type.Unsafe<null | number | bigint | string | Uint8Array>({});
const Depth = Type.Integer({ minimum: 0, maximum: 1_000 });
const Request = Compile(
  Type.Union([
    Type.Object(
      {
        op: Type.Union([Type.Literal("run"), Type.Literal("get"), Type.Literal("all")]),
        sql: Type.String({ maxLength: 100_000 }),
        params: Type.Array(Value, { maxItems: 1_000 }),
        depth: Depth,
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        op: Type.Union([Type.Literal("begin"), Type.Literal("commit"), Type.Literal("rollback")]),
        depth: Depth,
      },
      { additionalProperties: false },
    ),
  ]),
);

/**
 * The line over which a worker's instances ask their databases. Every question gets an answer, since
 * the worker stands still until it comes.
 *
 * @param ask answers for an instance; never rejects
 */
export function openDatabaseLine(
  ask: (instanceId: string, request: DatabaseRequest) => Promise<DatabaseAnswer>,
): { line: DatabaseLine; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const answered = new SharedArrayBuffer(4);
  const signal = new Int32Array(answered);

  async function answerTo(message: unknown): Promise<DatabaseAnswer> {
    const [instanceId, request] = Array.isArray(message) ? (message as unknown[]) : [];
    if (typeof instanceId !== "string" || !Request.Check(request)) {
      return { error: "A statement has at most 100,000 characters and 1,000 parameters." };
    }
    return ask(instanceId, request as DatabaseRequest);
  }

  port1.on("message", (message) => {
    void answerTo(message).then((answer) => {
      port1.postMessage(answer);
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    });
  });
  port1.unref();
  return { line: { port: port2, answered }, close: () => port1.close() };
}
