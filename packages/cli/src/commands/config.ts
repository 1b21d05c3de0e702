import { parseArgs } from "node:util";
import type { Configured, Difference } from "@rookery/host/declared";
import {
  checkDeclared,
  checkReferences,
  compareDeclared,
  configSchema,
  findAssets,
  loadConfiguration,
  pathOf,
} from "@rookery/host/declared";
import { ExitCode, type Output, type RunCommand, UsageError } from "../command.ts";
import { shownDifference } from "../config/shown-difference.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";

interface Options {
  file: string | undefined;
  host: string | undefined;
  json: boolean;
  files: boolean;
}

/** `rookery config …`: a configuration before it is applied. */
export const config: RunCommand = async (args, output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      json: { type: "boolean", default: false },
      "no-files": { type: "boolean", default: false },
    },
  });
  const [command, file, ...more] = positionals;
  if (more.length > 0) throw new UsageError("One configuration at a time.");
  const options = { file, host: values.host, json: values.json, files: !values["no-files"] };
  if (command === "schema" && file === undefined) return schema(output);
  if (command === "check") return check(options, output);
  if (command === "diff") return diff(options, output);
  throw new UsageError("Say what to do with the configuration: check, diff or schema.");
};

const schema = async ({ out }: Output) => void out.write(`${JSON.stringify(configSchema(), null, 2)}\n`);

const configured = (file: string | undefined): Configured =>
  loadConfiguration({ file, env: process.env, cwd: process.cwd() });

async function check({ file, json, files }: Options, { out, err }: Output): Promise<void> {
  const found = configured(file);
  const problems = files
    ? (await checkDeclared(found.config, findAssets())).filter(isProblem)
    : checkReferences(found.config);
  if (json) out.write(`${JSON.stringify(problems.map(({ entry, problem }) => ({ entry, problem })))}\n`);
  const name = found.origin.file ?? "The configuration";
  for (const problem of json ? [] : problems) {
    err.write(`${placeOf(problem, found)}${problem.entry}: ${printable(problem.problem ?? "")}\n`);
  }
  if (problems.length > 0) throw new ExitCode(1);
  if (!json) out.write(`${name} is valid.\n`);
}

const isProblem = ({ problem }: Difference) => problem !== null;

function placeOf(difference: Difference, { origin, lineOf }: Configured): string {
  const line = lineOf(pathOf(difference));
  return line === null ? "" : `${origin.file}:${line}: `;
}

async function diff({ file, host, json }: Options, { out }: Output): Promise<void> {
  const differences = await (host === undefined
    ? compareDeclared(configured(file).config, findAssets())
    : (await chosenHost(host, process.env)).get<Difference[]>("/configuration/differences"));
  if (json) out.write(`${JSON.stringify(differences)}\n`);
  else if (differences.length === 0) out.write("All is as the configuration says.\n");
  else out.write(differences.map(shownDifference).join(""));
}
