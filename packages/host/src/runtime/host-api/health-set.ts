import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Notes how something is that the instance looks after. It is about itself, so that it needs no permission. */
export const healthSet = defineMethod({
  name: "health.set",
  params: Type.Object({
    check: Type.String({ minLength: 1, maxLength: 64 }),
    ok: Type.Boolean(),
    message: Type.String({ maxLength: 500 }),
  }),
  run: (scope, told) => scope.tellHealth(told),
});
