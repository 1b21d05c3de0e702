import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, MANIFEST_ENTRY } from "../good-bundle.ts";

/** What cannot be looked at is not run. */
export default bundle({
  bytes: () => zipBytes([MANIFEST_ENTRY, { ...CODE_ENTRY, both: { flags: 1 } }]),
  refusal: { status: 422, code: "BUNDLE_NOT_ZIP" },
});
