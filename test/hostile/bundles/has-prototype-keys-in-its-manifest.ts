import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY, MANIFEST } from "../good-bundle.ts";

/** `__proto__` gives all objects of the host a new parent, where it is copied. */
export default bundle({
  bytes: () =>
    zipBytes([
      {
        name: "plugin.json",
        content: JSON.stringify(MANIFEST).replace("{", '{"__proto__":{"granted":true},'),
      },
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
