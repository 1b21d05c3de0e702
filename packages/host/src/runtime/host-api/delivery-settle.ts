import { type ErrorData, toErrorData, type WebhookAnswer } from "@rookery/plugin-sdk/protocol";
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
    told: Type.Optional(Type.Union([Type.Literal("arguments-refused"), Type.Literal("user-error")])),
    // Looked at where somebody waits for it.
    answer: Type.Optional(Type.Unsafe<WebhookAnswer>(Type.Object({}))),
  }),
  run: (scope, { error, ...outcome }) =>
    scope.settle({ ...outcome, ...(error ? { error: toErrorData(error) } : {}) }),
});
