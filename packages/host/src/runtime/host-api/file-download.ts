import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { downloadMedia } from "../../matrix/media.ts";
import { toFileInfo } from "../files.ts";
import { defineMethod } from "./method.ts";

const DEFAULT_BYTES = 100 * 1024 * 1024;

/** Downloads media that somebody sent into the instance's directory, decrypted with its key where it has one. */
export const fileDownload = defineMethod({
  name: "file.download",
  params: Type.Object({
    mxc: Type.String({ maxLength: 1024 }),
    key: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
    maxBytes: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  async run({ client, http, files, signal }, { mxc, key, maxBytes = DEFAULT_BYTES }) {
    return toFileInfo(
      await files.add((path, charge) =>
        downloadMedia({
          ...{ client, http, mxc, path, maxBytes, charge, signal },
          ...(key === undefined ? {} : { key }),
        }),
      ),
    );
  },
});
