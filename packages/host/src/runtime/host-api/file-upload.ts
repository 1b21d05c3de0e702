import { Type } from "typebox";
import { previewAhead } from "../previews.ts";
import { uploadOnce } from "../uploads.ts";
import { Preview } from "./file-send.ts";
import { defineMethod } from "./method.ts";

/** Uploads a file ahead of its sending. */
export const fileUpload = defineMethod({
  name: "file.upload",
  params: Type.Object({
    file: Type.String(),
    name: Type.Optional(Type.String({ maxLength: 255 })),
    preview: Preview,
    encrypted: Type.Optional(Type.Boolean()),
  }),
  async run(scope, { file: id, name, preview = true, encrypted = false }) {
    const file = scope.files.get(id);
    // It is not waited for here, so that it goes on beside the next upload.
    previewAhead(scope, file, encrypted, preview, name);
    return { mxc: (await uploadOnce(scope, file, encrypted, name)).url };
  },
});
