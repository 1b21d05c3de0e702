import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Writes a line to the instance's log. */
export const logWrite = defineMethod({
  name: "log.write",
  params: Type.Object({
    level: Type.Union([
      Type.Literal("debug"),
      Type.Literal("info"),
      Type.Literal("warn"),
      Type.Literal("error"),
    ]),
    message: Type.String(),
    stack: Type.Optional(Type.String()),
  }),
  run: (scope, entry) => scope.log(entry),
});
