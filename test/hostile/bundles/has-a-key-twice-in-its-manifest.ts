import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, MANIFEST } from "../good-bundle.ts";

/** One reader sees the first, another the last. */
export default bundle({
  bytes: () =>
    zipBytes([
      { name: "plugin.json", content: JSON.stringify(MANIFEST).replace("{", '{"id":"org.example.other",') },
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
