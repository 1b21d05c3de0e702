import { strict } from "node:assert";

export const { AssertionError, ok, fail, match, doesNotMatch, ifError, throws, rejects } = strict;
export const { doesNotThrow, doesNotReject, equal, notEqual, deepEqual, notDeepEqual } = strict;
export const { strictEqual, notStrictEqual, deepStrictEqual, notDeepStrictEqual } = strict;
export { strict };
export default strict;
