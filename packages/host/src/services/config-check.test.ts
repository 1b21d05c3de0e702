import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { expect, test } from "vitest";
import { checkConfig } from "./config-check.ts";

const check = (configSchema: object, given = {}) => checkConfig({ configSchema } as Manifest, given);

test("a config gets the schema's defaults, and is refused where it does not fit", () => {
  const schema = { type: "object", properties: { name: { type: "string", default: "Ada" } } };
  expect(check(schema)).toEqual({ name: "Ada" });
  expect(() => check(schema, { name: 5 })).toThrow(/does not fit the plugin: \/config\/name/);
});

const twice = { allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] };
const aString = (more: object) => ({ type: "object", properties: { a: { type: "string", ...more } } });

test.each([
  ["a pattern that takes for ever", aString({ pattern: "^(a+)+$", default: `${"a".repeat(50)}!` })],
  ["a pattern that is none", aString({ pattern: "(", default: "a" })],
  ["a type that refers to itself", { $defs: { a: twice }, $ref: "#/$defs/a" }],
  ["itself for its type", { $ref: "#" }],
])("a schema with %s is refused at once, and the host goes on", (_what, schema) => {
  const begin = performance.now();
  expect(() => check(schema)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(performance.now() - begin).toBeLessThan(2_000);
});
