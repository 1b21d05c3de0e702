import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ArgSchemas, parseArgs, usage } from "./command-args.ts";
import { UserError } from "./errors.ts";
import { Type } from "./index.ts";

const read = (args: ArgSchemas, typed: string): unknown => parseArgs(typed, args, "!x");

/** What the person reads, without the usage. */
function refusal(args: ArgSchemas, typed: string): string {
  try {
    return `no error: ${JSON.stringify(read(args, typed))}`;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message.replace(/ Usage: !x$/, "");
  }
}

const Color = Type.Union([Type.Literal("red"), Type.Literal("dark-green")]);

describe("usage", () => {
  test.each([
    ["without arguments", {}, "!x"],
    ["a number", { sides: Type.Integer() }, "!x <sides>"],
    [
      "a text takes the rest if it is the last",
      { who: Type.String(), text: Type.String() },
      "!x <who> <text…>",
    ],
    ["optional", { note: Type.Optional(Type.String()) }, "!x [note…]"],
    ["with a default", { sides: Type.Integer({ default: 6 }) }, "!x [sides]"],
    ["choices", { color: Color }, "!x <red|dark-green>"],
    ["an enum", { color: Type.Enum(["red", "blue"]) }, "!x <red|blue>"],
    ["a literal", { now: Type.Optional(Type.Literal("now")) }, "!x [now]"],
    ["choices and others", { count: Type.Union([Type.Integer(), Type.Literal("all")]) }, "!x <count>"],
  ])("%s", (_, args, expected) => {
    expect(usage("!", "x", args)).toBe(expected);
  });
});

describe("texts", () => {
  const two = { who: Type.String(), text: Type.String() };

  test.each([
    ["words by white space", "ada \t hi", { who: "ada", text: "hi" }],
    [
      "the last takes the rest of the line as it is",
      "ada  hi  to  you ",
      { who: "ada", text: "hi  to  you" },
    ],
    ["quotes hold words together", '"ada lovelace" hi', { who: "ada lovelace", text: "hi" }],
    ["quotes around the rest are left out", 'ada "hi to you"', { who: "ada", text: "hi to you" }],
    ["quotes inside the rest stay", 'ada say "hi" twice', { who: "ada", text: 'say "hi" twice' }],
    ["an open quote is a character", 'ada" hi', { who: 'ada"', text: "hi" }],
    ["an empty one in quotes", '"" hi', { who: "", text: "hi" }],
    ["new lines in the rest stay", "ada a\nb", { who: "ada", text: "a\nb" }],
    ["numbers stay texts", "1 2", { who: "1", text: "2" }],
  ])("%s", (_, typed, expected) => {
    expect(read(two, typed)).toEqual(expected);
  });

  test("too short a one is refused", () => {
    expect(refusal({ name: Type.String({ minLength: 3 }) }, "ab")).toMatch(/^"name" must not have fewer/);
  });
});

describe("numbers", () => {
  const Sides = { sides: Type.Integer({ minimum: 2, maximum: 100 }) };

  test.each([
    ["6", 6],
    ["+6", 6],
    ["6.0", 6],
  ])("%s is a whole number", (typed, sides) => {
    expect(read(Sides, typed)).toEqual({ sides });
  });

  test.each(["6.5", "six", "0x10", "6px", "9007199254740993", "Infinity", "NaN", '""', "1e400"])(
    "%s is none",
    (typed) => {
      expect(refusal(Sides, typed)).toBe('"sides" must be a whole number.');
    },
  );

  test("out of range is refused, and the range told", () => {
    expect(refusal(Sides, "1")).toBe('"sides" must be >= 2.');
    expect(refusal(Sides, "101")).toBe('"sides" must be <= 100.');
  });

  test.each([
    ["1.5", 1.5],
    ["-.5", -0.5],
    ["1e3", 1000],
  ])("%s is a number", (typed, n) => {
    expect(read({ n: Type.Number() }, typed)).toEqual({ n });
  });

  test("a word is no number", () => {
    expect(refusal({ n: Type.Number() }, "much")).toBe('"n" must be a number.');
  });

  test("every safe integer is read as it is written", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(read({ n: Type.Integer() }, String(n))).toEqual({ n });
      }),
    );
  });
});

describe("yes and no", () => {
  test.each([
    ...["yes", "true", "on", "1", "YES"].map((typed) => [typed, true] as const),
    ...["no", "false", "off", "0", "Off"].map((typed) => [typed, false] as const),
  ])("%s is %s", (typed, loud) => {
    expect(read({ loud: Type.Boolean() }, typed)).toEqual({ loud });
  });

  test("anything else is refused", () => {
    expect(refusal({ loud: Type.Boolean() }, "maybe")).toBe('"loud" must be yes or no.');
  });
});

describe("choices", () => {
  test("are read in any case and given as they were declared", () => {
    expect(read({ color: Color }, "Dark-Green")).toEqual({ color: "dark-green" });
    expect(read({ color: Type.Enum(["red", "blue"]) }, "BLUE")).toEqual({ color: "blue" });
  });

  test("that differ only in case are told apart", () => {
    expect(read({ unit: Type.Enum(["m", "M"]) }, "M")).toEqual({ unit: "M" });
  });

  test("may be numbers", () => {
    expect(read({ n: Type.Union([Type.Literal(1), Type.Literal(2)]) }, "2")).toEqual({ n: 2 });
  });

  test("others are refused, and the choices told", () => {
    expect(refusal({ color: Color }, "blue")).toBe('"color" must be one of red, dark-green.');
    expect(refusal({ color: Type.Enum(["red", "blue"]) }, "pink")).toBe('"color" must be one of red, blue.');
  });

  test("a union takes the first kind that fits", () => {
    const args = { count: Type.Union([Type.Integer(), Type.Literal("all")]) };

    expect(read(args, "12")).toEqual({ count: 12 });
    expect(read(args, "all")).toEqual({ count: "all" });
    expect(refusal(args, "some")).toMatch(/^"count" /);
  });
});

describe("what is not typed", () => {
  test("is absent where it is optional", () => {
    expect(read({ a: Type.String(), b: Type.Optional(Type.Integer()) }, "x")).toEqual({ a: "x" });
  });

  test("is the default where there is one", () => {
    expect(read({ sides: Type.Integer({ default: 6 }), note: Type.String({ default: "" }) }, "")).toEqual({
      sides: 6,
      note: "",
    });
  });

  test("is missed by name else", () => {
    expect(refusal({ a: Type.String(), b: Type.Integer() }, "x")).toBe('"b" is missing.');
  });
});

test("too many words are refused, with the usage", () => {
  expect(() => parseArgs("6 7 8", { sides: Type.Integer() }, "!roll <sides>")).toThrow(
    new UserError("These are too many words. Usage: !roll <sides>"),
  );
  expect(refusal({}, "please")).toBe("These are too many words.");
});

test("whatever is typed, it is read or refused with a sentence", () => {
  const args = {
    n: Type.Integer(),
    color: Type.Optional(Color),
    loud: Type.Optional(Type.Boolean()),
    rest: Type.Optional(Type.String()),
  };
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('"', " ", "\n", "red", "7"))), (words) => {
      try {
        expect(read(args, words.join(" "))).toHaveProperty("n");
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});
