import { randomBytes } from "node:crypto";
import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { MANIFEST_ENTRY } from "../good-bundle.ts";

const NOISE = Buffer.from(randomBytes(3_000_000).toString("base64"));

/** Whoever counts lines by splitting needs a gigabyte. */
export default bundle({
  bytes: () =>
    zipBytes([
      MANIFEST_ENTRY,
      {
        name: "plugin.js",
        content: Buffer.concat([
          Buffer.from("/*"),
          NOISE,
          Buffer.from("*/"),
          Buffer.alloc(8_000_000, 10),
          Buffer.from("ev" + "al (1)"),
        ]),
        deflate: true,
      },
    ]),
  refusal: { status: 422, code: "BUNDLE_CODE_REFUSED", detail: /in line 8000001/ },
});
