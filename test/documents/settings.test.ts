import { configSchema } from "@rookery/host/declared";
import { expect, it } from "vitest";
import { textOf } from "./blocks.ts";

interface Schema {
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  anyOf?: Schema[];
}

/** Named in a section of their own, entry by entry. */
const DECLARED = ["users", "plugins", "accounts", "instances"];

it("every setting of rookery.yaml is in a table of the document for operators", () => {
  const { properties = {} } = configSchema() as Schema;
  const text = textOf("docs/operating.md");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const rowOf = (...names: string[]) =>
    rows.find((row) => names.some((name) => row.startsWith(`| \`${name}`)));

  const untold: string[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    if (DECLARED.includes(name)) {
      const [entry] = Object.values(schema.patternProperties ?? {});
      // What stands in the example above the table is explained there.
      const told = `${rowOf(`${name}.<`)}\n${text.slice(text.indexOf("## Bots in git"), text.indexOf("## Accounts"))}`;
      const settings = Object.keys(entry?.properties ?? {});
      untold.push(...settings.filter((one) => !told.includes(one)).map((one) => `${name}.*.${one}`));
      continue;
    }
    for (const inner of Object.keys(schema.properties ?? {})) {
      const row =
        rowOf(`${name}.${inner}\``) ??
        rows.find((each) => each.includes(`\`.${inner}\``) && each.includes(`${name}.`));
      if (row === undefined) untold.push(`${name}.${inner}`);
    }
    if (!schema.properties && !rowOf(`${name}\``, `${name}.<`)) untold.push(name);
  }
  expect(untold).toEqual([]);
});
