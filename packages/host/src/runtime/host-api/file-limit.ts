import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** The largest file that the account's homeserver takes. */
export const fileLimit = defineMethod({
  name: "file.limit",
  params: Type.Object({}),
  async run(scope) {
    return { bytes: await scope.uploadLimit() };
  },
});
