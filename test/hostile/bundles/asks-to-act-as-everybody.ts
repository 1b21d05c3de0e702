import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, manifestWith } from "../good-bundle.ts";

/** By patterns that no operator would see through, and one that takes for ever to match elsewhere. */
export default bundle({
  bytes: () =>
    zipBytes([
      manifestWith({ permissions: { impersonate: ["*", "@*:*", "a*", "*_slack", "(a+)+*", "a*a*a*a*a*b"] } }),
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
