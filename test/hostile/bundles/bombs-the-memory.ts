import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** Twenty megabytes of nothing in some kilobytes. */
export default bundle({
  bytes: () =>
    zipBytes([...GOOD, { name: "zeros.bin", content: Buffer.alloc(19 * 1024 * 1024), deflate: true }]),
  refusal: { status: 422, code: "BUNDLE_RATIO" },
});
