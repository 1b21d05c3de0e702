import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { CODE_ENTRY } from "../good-bundle.ts";

/** Overlong and half characters. */
export default bundle({
  bytes: () =>
    zipBytes([
      {
        name: "plugin.json",
        content: Buffer.concat([
          Buffer.from('{"id":"'),
          Buffer.from("c0afeda080ff", "hex"),
          Buffer.from('"}'),
        ]),
      },
      CODE_ENTRY,
    ]),
  refusal: { status: 422, code: "BUNDLE_MANIFEST_INVALID" },
});
