import fc from "fast-check";
import { expect, test } from "vitest";
import { createFrameReader, toFrame } from "./frames.ts";

test("whatever was framed comes out again, however the stream is cut", () => {
  const payload = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(payload), fc.array(fc.nat(50)), (payloads, cuts) => {
      const stream = Buffer.concat(payloads.map(toFrame));
      const read: string[] = [];
      const take = createFrameReader(1_000_000, (bytes) => read.push(bytes.toString("hex")));
      let at = 0;
      for (const cut of cuts) {
        take(stream.subarray(at, at + cut));
        at = Math.min(at + cut, stream.length);
      }
      take(stream.subarray(at));
      expect(read).toEqual(
        payloads.map((each) =>
          (typeof each === "string" ? Buffer.from(each) : Buffer.from(each)).toString("hex"),
        ),
      );
    }),
  );
});

test("a frame that says it is longer than any may be is refused before its bytes are there", () => {
  const take = createFrameReader(10, () => undefined);
  take(toFrame("0123456789"));
  const header = Buffer.alloc(4);
  header.writeUInt32LE(11);
  expect(() => take(header)).toThrow("longer than any may be");
});
