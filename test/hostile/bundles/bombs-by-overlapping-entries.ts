import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** A hundred entries over the same data. */
export default bundle({
  bytes: () =>
    zipBytes([
      ...GOOD,
      ...Array.from({ length: 50 }, (_, index) => ({ name: `z${index}`, central: { offset: 0 } })),
    ]),
  refusal: { status: 422, code: "BUNDLE_NOT_ZIP" },
});
