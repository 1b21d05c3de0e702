import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** A shell script that ends as a zip file. */
export default bundle({
  bytes: () => zipBytes([...GOOD], { before: Buffer.from("#!/bin/sh\nid\nexit\n") }),
  refusal: { status: 422, code: "BUNDLE_NOT_ZIP" },
});
