import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, manifestWith } from "../good-bundle.ts";

export default bundle({
  bytes: () =>
    zipBytes([manifestWith({ permissions: { programs: ["/bin/sh", "../sh", "__proto__"] } }), CODE_ENTRY]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
