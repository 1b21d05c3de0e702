import { expect, test } from "vitest";
import { readYaml, toYaml } from "./yaml-config.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["place", "token", "days"],
  properties: {
    place: { type: "string", minLength: 2 },
    days: { type: "integer", minimum: 1, maximum: 2, default: 1 },
    mode: { anyOf: [{ const: "short" }, { const: "long" }] },
    token: { type: "string", format: "secret" },
    mail: {
      type: "object",
      properties: { user: { type: "string" }, password: { type: "string", format: "secret" } },
    },
    tags: { type: "array", items: { type: "string" } },
  },
};

const said = (text: string) =>
  readYaml(text, schema).problems.map(({ line, from, to, message }) => [line, text.slice(from, to), message]);

test("a config goes through YAML and comes back as it was", () => {
  const config = {
    place: "Ulm",
    days: 2,
    tags: ["a: b", "- c", "yes", "1"],
    mail: { user: "ada\nlovelace" },
  };
  expect(readYaml(toYaml(config, schema), schema)).toEqual({ config, problems: [] });
  expect(toYaml({ mode: "long", other: 1, place: "Ulm" }, schema)).toBe("place: Ulm\nmode: long\nother: 1\n");
  expect(toYaml({}, schema)).toBe("");
});

test("each problem is told at the value that it is about", () => {
  expect(said("place: B\ndays: 3\nmode: loud\ntags:\n  - a\n  - 5\n")).toEqual([
    [1, "B", "At least 2 characters."],
    [2, "3", "At most 2."],
    [3, "loud", "One of these is needed: short, long."],
    [6, "5", "This is to be a text."],
  ]);
  expect(said("place: Ulm\ndays: soon")).toEqual([[2, "soon", "This is to be a whole number."]]);
});

test("what is needed is asked for, but for what has a default and for secrets", () => {
  expect(said("days: 1")).toEqual([[1, "", "“place” is needed."]]);
  expect(said("")).toEqual([[1, "", "“place” is needed."]]);
  expect(readYaml("place: Ulm", schema).config).toEqual({ place: "Ulm" });
});

test("a setting that the plugin does not have is told at its name", () => {
  expect(said("place: Ulm\ndayz: 2")).toEqual([[2, "dayz", "The plugin has no setting “dayz”."]]);
  expect(readYaml("place: Ulm\ndayz: 2", schema).config).toBeNull();
  const open = { ...schema, additionalProperties: true };
  expect(readYaml("place: Ulm\ndayz: 2", open).problems[0]?.severity).toBe("warning");
  expect(readYaml("place: Ulm\ndayz: 2", open).config).not.toBeNull();
});

test("a secret does not belong into the text, at any depth", () => {
  expect(said("place: Ulm\ntoken: tok\nmail:\n  password: pass")).toEqual([
    [2, "token", "“token” is a secret: set it below, not here."],
    [4, "password", "“password” is a secret: set it below, not here."],
  ]);
});

test("what is no YAML, no object, or grows without end is told in words, and is no config", () => {
  expect(readYaml("place: [", schema)).toMatchObject({
    config: null,
    problems: [{ severity: "error", line: 1 }],
  });
  expect(readYaml("place: Ulm\nplace: Linz", schema).config).toBeNull();
  expect(said("- a")).toEqual([[1, "- a", "Settings are needed here, each as “name: value”."]]);
  const lol = `a: &a [${"x,".repeat(9)}x]\nb: &b [${"*a,".repeat(9)}*a]\nc: &c [${"*b,".repeat(9)}*b]\nd: [${"*c,".repeat(9)}*c]`;
  expect(readYaml(lol, schema).config).toBeNull();
});

test("what the host refused is told at its place", () => {
  const refused = [{ path: "/place", message: "is no place" }];
  expect(readYaml("days: 1\nplace: Ulm", schema, refused).problems).toMatchObject([
    { line: 2, message: "is no place.", severity: "error" },
  ]);
});
