import { Type } from "typebox";
import { expect, test } from "vitest";
import { readBundle } from "./read-bundle.ts";
import { secretSettings } from "./secret-settings.ts";
import { zipBytes } from "./zip-bytes.ts";

const secret = Type.String({ format: "secret" });
const json = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema));

test("secrets are found in the config and in objects in it", () => {
  const schema = Type.Object({
    token: Type.String({ format: "secret", minLength: 8, pattern: "^x", title: "Token" }),
    mail: Type.Object({ user: Type.String(), password: Type.Optional(secret) }),
    deep: Type.Optional(Type.Object({ "a/b~c": Type.Object({ key: secret }) })),
    greeting: Type.String({ default: "Hello" }),
  });
  expect(secretSettings(json(schema))).toEqual({
    ...{ pointers: ["/token", "/mail/password", "/deep/a~1b~0c/key"], misplaced: [] },
  });
});

test("a setting may be called like a keyword, and a default look like a schema", () => {
  const schema = Type.Object({
    default: secret,
    format: Type.String({ default: "secret" }),
    properties: Type.Object({ enum: secret }),
    other: Type.Object({}, { default: { format: "secret" } }),
  });
  expect(secretSettings(json(schema))).toEqual({ pointers: ["/default", "/properties/enum"], misplaced: [] });
});

test.each([
  ["in a list", Type.Object({ tokens: Type.Array(secret) }), "/properties/tokens/items"],
  ["in a union", Type.Object({ token: Type.Union([secret, Type.Null()]) }), "/properties/token/anyOf"],
  [
    "in a record",
    Type.Object({ by: Type.Record(Type.String(), secret) }),
    "/properties/by/patternProperties",
  ],
  ["in an intersection", Type.Intersect([Type.Object({ token: secret })]), "/allOf"],
  ["as the config itself", { type: "object", format: "secret" }, ""],
  ["which is a number", { properties: { pin: { type: "integer", format: "secret" } } }, "/properties/pin"],
  ["of any type", { properties: { pin: { format: "secret" } } }, "/properties/pin"],
  [
    "with a default",
    Type.Object({ token: Type.String({ format: "secret", default: "x" }) }),
    "/properties/token",
  ],
  [
    "with an example",
    Type.Object({ token: Type.String({ format: "secret", examples: ["x"] }) }),
    "/properties/token",
  ],
  [
    "in what applies sometimes",
    { if: { properties: { token: { type: "string", format: "secret" } } } },
    "/if",
  ],
  [
    "behind a reference",
    { $defs: { t: { type: "string", format: "secret" } }, properties: { t: { $ref: "#/$defs/t" } } },
    "/$defs",
  ],
])("a secret %s is misplaced", (_, schema, place) => {
  expect(secretSettings(json(schema))).toEqual({ pointers: [], misplaced: [place] });
});

test("a bundle that wants a secret where there can be none is refused, and says where", () => {
  const configSchema = Type.Object({ tokens: Type.Array(secret), token: secret });
  const about = { id: "org.example.a", version: "1.0.0", name: "A", description: "A", license: "MIT" };
  const manifest = { ...about, rookery: "*", main: "plugin.js", configSchema };
  const bytes = zipBytes([
    { name: "plugin.json", content: JSON.stringify(manifest) },
    { name: "plugin.js", content: "" },
  ]);
  expect(() => readBundle(bytes)).toThrow(
    expect.objectContaining({
      code: "BUNDLE_MANIFEST_INVALID",
      message: expect.stringContaining(
        '"/configSchema/properties/tokens/items" cannot hold a secret: one is Type.String(',
      ),
      fields: [expect.objectContaining({ path: "/configSchema/properties/tokens/items" })],
    }),
  );
});

test.each([null, true, [], "secret", { properties: [] }, { properties: { a: true } }])(
  "%j has no secrets, and is no trouble",
  (schema) => {
    expect(secretSettings(schema)).toEqual({ pointers: [], misplaced: [] });
  },
);
