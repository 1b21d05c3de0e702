import { readFileSync } from "node:fs";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "./schema.ts";

const fits = (yaml: string) => Value.Check(configSchema(), parse(yaml) ?? {});

test.each([
  ["", true],
  ["port: 4000\nbackup: { keep: 3 }", true],
  ["backup: { keep: { weekly: 8 } }", true],
  ["programs: { greet: { path: /bin/echo } }", true],
  ["instances: { hello: { plugin: org.example.hello, account: bot } }", true],
  ["instances: { hello: { plugin: org.example.hello } }", false],
  ["instances: { Hello: { plugin: org.example.hello, account: bot } }", false],
  ["users: { ada: {} }", false],
  ["backup: { recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p] }", true],
  ["backup: { recipients: [ssh-ed25519 AAAA] }", false],
  ["backup: { keep: 0 }", false],
  ["prot: 4000", false],
])("an editor says of %j: %s", (yaml, right) => {
  expect(fits(yaml)).toBe(right);
});

test("an editor finds nothing wrong in the examples of the documents, and explains what there is", () => {
  const document = readFileSync(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
  const examples = [...document.matchAll(/```yaml file=\S+\n(.*?)```/gs)].map(([, example = ""]) => example);
  expect(examples.some((example) => example.includes("instances:"))).toBe(true);
  expect(examples.filter((example) => !fits(example))).toEqual([]);
  const { properties } = configSchema() as { properties: Record<string, { description?: string }> };
  expect(properties.instances?.description).toBe("Bots, by name.");
});
