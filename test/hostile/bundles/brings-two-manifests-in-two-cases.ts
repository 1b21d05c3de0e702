import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** For file systems that take them for one. */
export default bundle({
  bytes: () => zipBytes([...GOOD, { name: "Plugin.JSON", content: "{}" }]),
  refusal: { status: 422, code: "BUNDLE_DUPLICATE" },
});
