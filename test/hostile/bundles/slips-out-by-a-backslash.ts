import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** As Windows would read it. */
export default bundle({
  bytes: () => zipBytes([...GOOD, { name: "..\\slipped.js", content: "x" }]),
  refusal: { status: 422, code: "BUNDLE_PATH" },
});
