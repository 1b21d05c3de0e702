import { Type } from "typebox";
import { downloadMedia } from "../../matrix/media.ts";
import { toFileInfo } from "../files.ts";
import { defineMethod } from "./method.ts";

const DEFAULT_BYTES = 100 * 1024 * 1024;

/** Downloads media that somebody sent into the instance's directory. */
export const fileDownload = defineMethod({
  name: "file.download",
  params: Type.Object({
    mxc: Type.String({ maxLength: 1024 }),
    maxBytes: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  async run({ client, http, files, signal }, { mxc, maxBytes = DEFAULT_BYTES }) {
    return toFileInfo(
      await files.add((path, charge) => downloadMedia({ client, http, mxc, path, maxBytes, charge, signal })),
    );
  },
});
