import { expect, test } from "vitest";
import { fieldsOf } from "./fields.ts";
import { problemOf } from "./problems.ts";
import { configOf, valuesOf } from "./values.ts";

const schema = {
  type: "object",
  required: ["greeting", "token", "tags"],
  properties: {
    greeting: { type: "string", default: "Hello", description: "Said first." },
    token: { type: "string", format: "secret", minLength: 3 },
    maxItems: { type: "integer", minimum: 1, maximum: 10 },
    loud: { type: "boolean" },
    mode: { anyOf: [{ const: "short" }, { const: "long" }], default: "short" },
    tags: { type: "array", items: { type: "string" }, maxItems: 2 },
    nested: { type: "object", properties: {} },
  },
};
const fields = fieldsOf(schema);
const field = (key: string) => {
  const found = fields.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no field ${key}`);
  return found;
};

test("each kind of property becomes the field that fits it", () => {
  expect(fields.map(({ key, kind }) => [key, kind])).toEqual([
    ["greeting", "text"],
    ["token", "secret"],
    ["maxItems", "number"],
    ["loud", "switch"],
    ["mode", "choice"],
    ["tags", "list"],
    ["nested", "json"],
  ]);
  expect(field("maxItems").label).toBe("Max items");
  expect(field("token")).toMatchObject({ setAt: null, required: true });
  expect(field("mode")).toMatchObject({ choices: ["short", "long"] });
});

test("a property with a default is not asked for", () => {
  expect(field("greeting").required).toBe(false);
  expect(valuesOf(fields, {})).toMatchObject({ greeting: "Hello", mode: "short", loud: false, maxItems: "" });
});

test("what is empty is left out of the config, and what has no field is kept", () => {
  const values = { ...valuesOf(fields, {}), token: "abc", maxItems: "", nested: '{"a":1}' };
  expect(configOf(fields, values, { other: 1, maxItems: 4 })).toEqual({
    greeting: "Hello",
    token: "abc",
    loud: false,
    mode: "short",
    tags: [],
    nested: { a: 1 },
    other: 1,
  });
});

test("a config survives the way through the form", () => {
  const config = {
    greeting: "",
    maxItems: 3,
    loud: true,
    mode: "long",
    tags: ["a"],
    nested: {},
  };
  const kept = configOf(fields, valuesOf(fields, config), config);
  expect(kept).toEqual({ ...config, greeting: undefined });
});

test("each limit of the schema has its sentence", () => {
  expect(problemOf(field("token"), "")).toBe("This is needed.");
  expect(problemOf(field("token"), "ab")).toBe("At least 3 characters.");
  expect(problemOf(field("maxItems"), 0)).toBe("At least 1.");
  expect(problemOf(field("maxItems"), 1.5)).toBe("A whole number is needed.");
  expect(problemOf(field("maxItems"), "")).toBeUndefined();
  expect(problemOf(field("tags"), ["a", "b", "c"])).toBe("At most 2 entries.");
  expect(problemOf(field("nested"), "{")).toMatch(/^This is not JSON/);
});

test("a schema without properties gives no fields", () => {
  expect(fieldsOf(null)).toEqual([]);
  expect(fieldsOf({})).toEqual([]);
});

test("a secret is told by when it was set, and is only in the config where it is to change", () => {
  const set = fieldsOf(schema, { "/token": { setAt: "2026-01-01T00:00:00Z" } });
  const token = set.find(({ key }) => key === "token");
  if (!token) throw new Error("no field token");
  expect(token).toMatchObject({ kind: "secret", setAt: "2026-01-01T00:00:00Z" });
  const config = { greeting: "Hello", loud: false, mode: "short", tags: [] };
  const values = valuesOf(set, config);
  const saved = (value: unknown) => configOf(set, { ...values, token: value }, config);
  expect(saved(undefined)).toEqual(config);
  expect(saved("new one")).toEqual({ ...config, token: "new one" });
  expect(saved(null)).toEqual({ ...config, token: null });
  expect(problemOf(token, undefined)).toBeUndefined();
  expect(problemOf(token, "")).toBe("Enter the new one, or keep the one that is set.");
  expect(problemOf(token, "ab")).toBe("At least 3 characters.");
});

test("an object with a secret has a field for each of its settings, and keeps its form", () => {
  const nested = {
    required: ["mail"],
    properties: {
      mail: {
        type: "object",
        required: ["user"],
        properties: {
          user: { type: "string" },
          "pass/word": { type: "string", format: "secret", title: "Password" },
        },
      },
      proxy: { type: "object", properties: { key: { type: "string", format: "secret" } }, required: ["key"] },
    },
  };
  const secrets = { "/mail/pass~1word": { setAt: "2026-01-01T00:00:00Z" } };
  const found = fieldsOf(nested, secrets);
  expect(found).toMatchObject([
    { key: "mail/user", label: "Mail: User", kind: "text", required: true },
    {
      key: "mail/pass~1word",
      label: "Mail: Password",
      kind: "secret",
      setAt: secrets["/mail/pass~1word"].setAt,
    },
    { key: "proxy/key", label: "Proxy: Key", kind: "secret", required: false },
  ]);
  const config = { mail: { user: "ada", other: 1 } };
  const values = valuesOf(found, config);
  expect(configOf(found, values, config)).toEqual(config);
  expect(
    configOf(found, { ...values, "mail/user": "eve", "mail/pass~1word": "x", "proxy/key": "y" }, config),
  ).toEqual({
    ...{ mail: { user: "eve", other: 1, "pass/word": "x" }, proxy: { key: "y" } },
  });
  expect(config).toEqual({ mail: { user: "ada", other: 1 } });
});
