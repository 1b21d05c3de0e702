import { expect, test } from "vitest";
import { differences } from "./difference.ts";

const schema = {
  properties: {
    greeting: { type: "string", title: "Greeting" },
    days: { type: "integer", default: 1 },
    loud: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
    token: { type: "string", format: "secret", title: "API token" },
    mail: {
      type: "object",
      properties: { user: { type: "string" }, password: { type: "string", format: "secret" } },
    },
  },
};

const lines = (before: object, after: object) =>
  differences(schema, before as Record<string, unknown>, after as Record<string, unknown>).map(
    ({ label, what }) => `${label}: ${what}`,
  );

test("what is to change is said in words, setting by setting, in the order of the form", () => {
  expect(
    lines(
      { loud: false, greeting: "Hello", tags: ["a", "b"], days: 2, mail: { user: "ada" }, other: 1 },
      { greeting: "Good day", loud: true, tags: ["b", "c"], mail: { user: "eve" } },
    ),
  ).toEqual([
    "Greeting: Hello → Good day",
    "Days: 2 → 1 (as the plugin says)",
    "Loud: off → on",
    "Tags: added c, removed a",
    "Mail: User: ada → eve",
    "Other: removed 1",
  ]);
});

test("what the plugin takes anyway is no difference", () => {
  expect(lines({}, { days: 1 })).toEqual([]);
  expect(lines({ days: 1 }, {})).toEqual([]);
  expect(lines({ greeting: "Hello" }, { greeting: "Hello" })).toEqual([]);
});

test("a secret is told of without its value, also where nothing was around it before", () => {
  expect(lines({}, { token: "tok-4711" })).toEqual(["API token: gets a new value"]);
  expect(lines({}, { token: null })).toEqual(["API token: removed"]);
  expect(lines({}, { mail: { user: "ada", password: "pass-1" } })).toEqual([
    "Mail: User: added ada",
    "Mail: Password: gets a new value",
  ]);
  expect(
    JSON.stringify(lines({ mail: { user: "ada" } }, { mail: { user: "ada", password: "pass-1" } })),
  ).not.toMatch(/pass-1/);
});

test("a list in another order, an empty text and a long one are said, too", () => {
  expect(lines({ tags: ["a", "b"] }, { tags: ["b", "a"] })).toEqual(["Tags: in another order"]);
  expect(lines({ greeting: "Hello" }, { greeting: "" })).toEqual(["Greeting: Hello → (empty)"]);
  expect(lines({}, { greeting: "x\n".repeat(500) })[0]?.length).toBeLessThan(150);
});
