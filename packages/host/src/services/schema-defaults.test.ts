import { expect, test } from "vitest";
import { withDefaults } from "./schema-defaults.ts";

/** As a manifest has it. */
const schema = JSON.parse(`{
  "type": "object",
  "properties": {
    "greeting": { "type": "string", "default": "Hello" },
    "limits": { "type": "object", "default": {}, "properties": { "perDay": { "type": "integer", "default": 5 } } },
    "tags": { "type": "array", "default": ["a"] },
    "name": { "type": "string" }
  }
}`);

test("what is not given gets its default, in nested objects too", () => {
  expect(withDefaults(schema, {})).toEqual({ greeting: "Hello", limits: { perDay: 5 }, tags: ["a"] });
  expect(withDefaults(schema, { limits: {} })).toMatchObject({ limits: { perDay: 5 } });
});

test("what is given stays, whatever it is", () => {
  const given = { greeting: "", limits: { perDay: 0 }, tags: [], name: null, more: 1 };
  expect(withDefaults(schema, given)).toEqual(given);
  for (const value of ["text", 5, null, ["a"]]) expect(withDefaults(schema, value)).toEqual(value);
});

test("a default is a copy: what one instance changes stays its own", () => {
  const first = withDefaults(schema, {}) as { tags: string[] };
  first.tags.push("b");
  expect(withDefaults(schema, {})).toMatchObject({ tags: ["a"] });
});
