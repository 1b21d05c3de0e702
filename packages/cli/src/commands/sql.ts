import { parseArgs } from "node:util";
import type { Database, DatabaseRows, SqlValue } from "@rookery/host/api";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { type Api, nextPage } from "../remote/api.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";

/** `rookery sql <instance> [statement]`: what is in its database. Of long answers the first 500 rows, with `--csv` all. */
export const sql: RunCommand = async (args, output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      write: { type: "boolean", default: false },
      csv: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { write, csv, json } = values;
  const [id, statement, ...more] = positionals;
  if (id === undefined || more.length > 0) {
    throw new UsageError("Name one instance, and put the statement in quotes.");
  }
  if (csv && (json || statement === undefined))
    throw new UsageError("--csv is for a statement, without --json.");
  const host = await chosenHost(values.host, process.env);
  const path = `/instances/${encodeURIComponent(id)}/database`;
  if (statement === undefined) {
    const database = await host.get<Database>(path);
    output.out.write(json ? `${JSON.stringify(database)}\n` : tables(database));
  } else if (csv) await writeCsv(host, `${path}/query`, { sql: statement, write }, output);
  else {
    const found = await host.send<DatabaseRows>("POST", `${path}/query?limit=500`, { sql: statement, write });
    if (json) output.out.write(`${JSON.stringify(found)}\n`);
    else show(found, write, output);
  }
};

/** Page by page, so that no answer is large; the names of the columns come once. */
async function writeCsv(host: Api, path: string, body: object, { out }: Output): Promise<void> {
  let next: string | null = path;
  let isFirst = true;
  while (next !== null) {
    const answer: Response = await host.raw("POST", next, body, { accept: "text/csv" });
    const text = await answer.text();
    out.write(isFirst ? text : text.slice(endOfLine(text)));
    isFirst = false;
    next = nextPage(answer);
  }
}

/** Where the names of the columns end; they may have line breaks within quotes. */
function endOfLine(csv: string): number {
  let quotes = 0;
  for (let at = 0; at < csv.length; at++) {
    if (csv[at] === '"') quotes++;
    else if (csv[at] === "\n" && quotes % 2 === 0) return at + 1;
  }
  return csv.length;
}

function tables({ exists, tables }: Database): string {
  if (!exists || tables.length === 0) return "It has no tables.\n";
  const rows = tables.map(({ name, kind, rows, counted, columns }) => [
    ...[name, kind, rows === null ? "" : counted ? String(rows) : `over ${rows}`],
    columns.map(({ name, type }) => `${name} ${type}`.trim()).join(", "),
  ]);
  return textTable(["TABLE", "KIND", "ROWS", "COLUMNS"], rows);
}

function show({ columns, rows, more, changes }: DatabaseRows, write: boolean, { out, err }: Output): void {
  if (columns.length > 0) {
    const names = columns.map(({ name }) => name);
    out.write(
      textTable(
        names,
        rows.map((row) => row.map(cell)),
      ),
    );
  }
  if (write) err.write(`${changes === 1 ? "1 row was" : `${changes} rows were`} changed.\n`);
  if (more) err.write("There are more rows. --csv prints all of them.\n");
}

function cell(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value !== "object") return String(value);
  if ("base64" in value) return `(${Buffer.from(value.base64, "base64").length} bytes)`;
  return "integer" in value ? value.integer : value.real;
}
