import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, manifestWith } from "../good-bundle.ts";

/** With globs that no operator would see through. */
export default bundle({
  bytes: () =>
    zipBytes([
      manifestWith({ permissions: { network: ["*", "*.*", "http://x", "a.example/..", "*.1:80\n"] } }),
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
