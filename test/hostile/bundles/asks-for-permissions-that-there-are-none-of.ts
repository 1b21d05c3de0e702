import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, manifestWith } from "../good-bundle.ts";

/** An unknown one might mean something to a later version. */
export default bundle({
  bytes: () => zipBytes([manifestWith({ permissions: { everything: true } }), CODE_ENTRY]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
