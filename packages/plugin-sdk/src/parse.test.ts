import { expect, test } from "vitest";
import { parse, Type } from "./index.ts";

const Weather = Type.Object({
  city: Type.String(),
  days: Type.Array(Type.Object({ celsius: Type.Number() })),
});

test("gives back what fits, with properties that the schema does not name", () => {
  const data = { city: "Brno", days: [{ celsius: 21, wind: "W" }] };

  expect(parse(Weather, data)).toBe(data);
  expect(parse(Weather, data).days[0]?.celsius).toBe(21);
});

test("says where it does not fit and why", () => {
  const parsing = () => parse(Weather, { city: "Brno", days: [{ celsius: 21 }, { celsius: "hot" }] });

  expect(parsing).toThrow(new TypeError("The data does not fit: /days/1/celsius must be number."));
});

test.each([undefined, null, "text", []])("refuses %o", (data) => {
  expect(() => parse(Weather, data)).toThrow(/^The data does not fit: it must be object/);
});
