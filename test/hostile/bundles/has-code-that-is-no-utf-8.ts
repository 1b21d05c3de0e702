import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { MANIFEST_ENTRY } from "../good-bundle.ts";

export default bundle({
  bytes: () => zipBytes([MANIFEST_ENTRY, { name: "plugin.js", content: Buffer.from("ff00fe", "hex") }]),
  refusal: { status: 422, code: "BUNDLE_CODE_REFUSED" },
});
