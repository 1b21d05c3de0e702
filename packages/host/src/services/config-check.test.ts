import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { expect, test } from "vitest";
import { checkFits, fitConfig } from "./config-check.ts";

function check(configSchema: object, given = {}) {
  const { config, fields } = fitConfig({ configSchema } as Manifest, given);
  checkFits(fields);
  return config;
}

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
])(
  "a schema with %s is refused after half a second of the processor, and the host goes on",
  (_what, schema) => {
    const before = process.threadCpuUsage();
    expect(() => check(schema)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  },
);

test("a config that fits is taken, though the machine stood still for longer than a check may take", () => {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let stops = 2;
  const given = {
    get a() {
      if (stops-- > 0) Atomics.wait(clock, 0, 0);
      return "x";
    },
  };
  const before = process.threadCpuUsage();
  expect(check(aString({ minLength: 1 }), given)).toEqual({ a: "x" });
  const { user, system } = process.threadCpuUsage(before);
  expect([stops, (user + system) / 1e6 < 0.25]).toEqual([-1, true]);
});
