import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** The header declares a hundred bytes. */
export default bundle({
  bytes: () =>
    zipBytes([
      ...GOOD,
      {
        name: "zeros.bin",
        content: Buffer.alloc(100 * 1024 * 1024),
        deflate: true,
        both: { inflatedSize: 100 },
      },
    ]),
  refusal: { status: 422, code: "BUNDLE_RATIO" },
});
