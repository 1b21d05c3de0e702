import type { DatabaseRequest } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

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

/** Whether what a worker sent is a question to a database. */
export const isRequest = (value: unknown): value is DatabaseRequest => Request.Check(value);
