import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostError, toErrorData } from "./errors.ts";

const trap = () => {
  throw new Error("trapped");
};

describe("toErrorData", () => {
  test("keeps code, message, data and stack", () => {
    const error = new HostError("TOO_LARGE", "The file has 9 bytes; 5 are allowed.", { size: 9 });

    expect(toErrorData(error)).toEqual({
      code: "TOO_LARGE",
      message: "The file has 9 bytes; 5 are allowed.",
      data: { size: 9 },
      stack: error.stack,
    });
  });

  test("an error without a code has the code ERROR", () => {
    expect(toErrorData(new TypeError("x is not a function"))).toMatchObject({
      code: "ERROR",
      message: "x is not a function",
    });
  });

  test.each([
    [undefined, "undefined"],
    [null, "null"],
    [0, "0"],
    ["", ""],
    [false, "false"],
    ["just a text", "just a text"],
    [Symbol("s"), "Symbol(s)"],
    [10n, "10"],
  ])("reads %o, which is no error", (thrown, message) => {
    expect(toErrorData(thrown)).toEqual({ code: "THROWN", message });
  });

  test.each([
    ["a function", Object.assign(() => undefined, { toString: trap })],
    ["a proxy of one", new Proxy(() => undefined, { get: trap })],
  ])("reads %s whose text throws", (_, thrown) => {
    expect(toErrorData(thrown)).toEqual({
      code: "THROWN",
      message: "Something was thrown that cannot be shown.",
    });
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  test.each([
    ["circular", circular],
    ["a function", trap],
    ["a bigint", 10n],
    ["too much", "x".repeat(20_000)],
    ["hostile", { toJSON: trap }],
  ])("leaves out data that is %s, and keeps the rest", (_, data) => {
    const error = Object.assign(new Error("It broke."), { code: "BROKE", data });

    expect(toErrorData(error)).toEqual({ code: "BROKE", message: "It broke.", stack: error.stack });
  });

  test("leaves out a field whose getter throws, and keeps the rest", () => {
    const thrown = Object.defineProperty({ message: "It broke." }, "code", { get: trap });

    expect(toErrorData(thrown)).toEqual({ code: "ERROR", message: "It broke." });
  });

  test("survives a proxy that throws at every touch", () => {
    const traps = new Proxy({}, { get: () => trap });
    const hostile = new Proxy({}, traps as ProxyHandler<object>);

    expect(toErrorData(hostile)).toEqual({
      code: "ERROR",
      message: "An object without a message was thrown.",
    });
  });

  test("cuts what is long", () => {
    const { code, message, stack } = toErrorData({
      code: "C".repeat(100),
      message: "m".repeat(3_000),
      stack: "s".repeat(9_000),
    });

    expect([code.length, message.length, stack?.length]).toEqual([64, 2_001, 8_001]);
  });

  test("never throws, and what it gives can be cloned and is JSON", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
        (thrown) => {
          const data = structuredClone(toErrorData(thrown));
          expect(JSON.parse(JSON.stringify(data))).toEqual(data);
        },
      ),
    );
  });
});
