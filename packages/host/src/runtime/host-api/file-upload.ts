import { Type } from "typebox";
import { uploadOnce } from "../uploads.ts";
import { defineMethod } from "./method.ts";

/** Uploads a file ahead of its sending. */
export const fileUpload = defineMethod({
  name: "file.upload",
  params: Type.Object({ file: Type.String(), name: Type.Optional(Type.String({ maxLength: 255 })) }),
  async run(scope, { file, name }) {
    return { mxc: await uploadOnce(scope, scope.files.get(file), name) };
  },
});
