import { relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { type RunCommand, UsageError } from "../command.ts";
import { suggestNames, whyNotId, whyNotName } from "../init/names.ts";
import { writePlugin } from "../init/write-plugin.ts";
import { linkRookery } from "../plugin/links.ts";
import { printable } from "../printable.ts";
import { styled } from "../styled.ts";

/** `rookery init <folder> [--id id] [--name name]`: makes a plugin that runs, with a test. */
export const init: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { id: { type: "string" }, name: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError("Name one folder for the new plugin.");
  refuse(values.id, whyNotId);
  refuse(values.name, whyNotName);

  const dir = resolve(folder);
  const suggested = suggestNames(dir);
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true && !values.json;
  const id = values.id ?? (asks ? await ask("ID", suggested.id, whyNotId) : suggested.id);
  const name = values.name ?? (asks ? await ask("Name", suggested.name, whyNotName) : suggested.name);

  const files = await writePlugin(dir, { id, name, slug: suggested.slug });
  await linkRookery(dir);
  if (values.json) {
    out.write(`${JSON.stringify({ dir, id, name, files })}\n`);
    return;
  }
  const style = styled(out);
  const shown = relative(process.cwd(), dir);
  const place = shown === "" ? "this folder" : shown.startsWith("..") ? dir : shown;
  const steps = [
    ...(shown === "" ? [] : [[`cd ${/^[\w@%+=:,./-]+$/.test(place) ? place : JSON.stringify(place)}`, ""]]),
    ["npm run dev", "runs it in a playground; edit src/index.ts, and see"],
    ["npm test", "checks the types and runs the tests"],
    ["npm run build", "makes the .mbp file to upload"],
  ];
  const width = Math.max(...steps.map(([typed = ""]) => typed.length));
  out.write(`Made ${style("bold", printable(name))} (${id}) in ${printable(place)}.\n\n`);
  for (const [typed = "", what = ""] of steps) {
    out.write(`  ${`${style("cyan", printable(typed).padEnd(width))}  ${what}`.trimEnd()}\n`);
  }
};

function refuse(given: string | undefined, why: (text: string) => string | null): void {
  const reason = given === undefined ? null : why(given);
  if (reason !== null) throw new UsageError(reason);
}

/** Asks in the terminal until the answer will do; Enter takes what is suggested. */
async function ask(what: string, suggested: string, why: (text: string) => string | null): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await terminal.question(`${what} (${suggested}): `)).trim() || suggested;
      const reason = why(answer);
      if (reason === null) return answer;
      process.stdout.write(`${printable(reason)}\n`);
    }
  } finally {
    terminal.close();
  }
}
