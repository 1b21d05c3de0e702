import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY } from "../good-bundle.ts";

/** For whoever reads it by recursion. */
export default bundle({
  bytes: () =>
    zipBytes([
      { name: "plugin.json", content: `${'{"configSchema":'.repeat(10_000)}1${"}".repeat(10_000)}` },
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
