import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

export default bundle({
  bytes: () => zipBytes([...GOOD, ...Array.from({ length: 99 }, (_, index) => ({ name: `f${index}` }))]),
  refusal: { status: 422, code: "BUNDLE_ENTRY_COUNT" },
});
