import { zipBytes } from "../../../packages/host/src/bundle/zip-bytes.ts";
import { bundle } from "../attempt.ts";
import { GOOD } from "../good-bundle.ts";

/** One behind the other. */
export default bundle({
  bytes: () => Buffer.concat([zipBytes([...GOOD]), zipBytes([...GOOD])]),
  refusal: { status: 422, code: "BUNDLE_NOT_ZIP" },
});
