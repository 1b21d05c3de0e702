import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, manifestWith } from "../good-bundle.ts";

/** The plugin's ID names things on the disk. */
export default bundle({
  bytes: () => zipBytes([manifestWith({ id: "../../../etc" }), CODE_ENTRY]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
