import { type ErrorData, toErrorData } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** A handler ended: the delivery is acknowledged. */
export const deliverySettle = defineMethod({
  name: "delivery.settle",
  params: Type.Object({
    id: Type.Integer(),
    status: Type.Union([Type.Literal("done"), Type.Literal("failed")]),
    ran: Type.Array(Type.String()),
    error: Type.Optional(
      Type.Unsafe<ErrorData>(Type.Object({ code: Type.String(), message: Type.String() })),
    ),
  }),
  run: (scope, { error, ...outcome }) =>
    scope.settle({ ...outcome, ...(error ? { error: toErrorData(error) } : {}) }),
});
