import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Deletes a held file. */
export const fileClose = defineMethod({
  name: "file.close",
  params: Type.Object({ file: Type.String() }),
  async run(scope, { file }) {
    await scope.files.close(file);
    return null;
  },
});
