import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { MANIFEST_ENTRY } from "../good-bundle.ts";

/** plugin.js as a link to what lies on the disk. */
export default bundle({
  bytes: () => zipBytes([MANIFEST_ENTRY, { name: "plugin.js", content: "/etc/passwd", unixMode: 0o120777 }]),
  refusal: { status: 422, code: "BUNDLE_LINK" },
});
