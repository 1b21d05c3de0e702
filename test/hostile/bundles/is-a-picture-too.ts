import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** A GIF that ends as a zip file. */
export default bundle({
  bytes: () => zipBytes([...GOOD], { before: Buffer.from("GIF89a\u0001\u0000") }),
  refusal: { status: 422, code: "BUNDLE_NOT_ZIP" },
});
