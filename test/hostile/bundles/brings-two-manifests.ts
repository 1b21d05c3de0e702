import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** One to be looked at, one to be run. */
export default bundle({
  bytes: () => zipBytes([...GOOD, { name: "plugin.json", content: "{}" }]),
  refusal: { status: 422, code: "BUNDLE_DUPLICATE" },
});
