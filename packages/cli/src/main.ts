import { type Command, ExitCode, type Output, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, overview } from "./help.ts";
import { printable } from "./printable.ts";

const OK = 0;
const FAILED = 1;
const USAGE = 2;

/**
 * Runs one `rookery` command line.
 *
 * @param argv what was typed after `rookery`
 * @returns the exit code: 0 done, 1 failed, 2 not understood
 */
export async function main(
  argv: string[],
  output: Output = { out: process.stdout, err: process.stderr },
): Promise<number> {
  const { args, has } = takeGlobalOptions(argv);
  const [name, ...rest] = args;
  const command = COMMANDS.find((each) => each.name === name);
  if (command && has("--help")) return print(output.out, commandHelp(command, output.out), OK);
  if (command) return await runCommand(command, rest, output, has("--debug"));
  if (has("--version")) return print(output.out, await version(), OK);
  if (has("--help")) return print(output.out, overview(COMMANDS, output.out), OK);
  if (name === undefined) return print(output.err, overview(COMMANDS, output.err), USAGE);
  return print(output.err, `There is no command "${printable(name)}". "rookery --help" lists them.`, USAGE);
}

async function runCommand(command: Command, args: string[], output: Output, debug: boolean): Promise<number> {
  try {
    const run = await command.load();
    await run(args, output);
    return OK;
  } catch (error) {
    if (error instanceof ExitCode) return error.code;
    if (debug && error instanceof Error) print(output.err, error.stack ?? error.message, FAILED);
    else print(output.err, printable(error instanceof Error ? error.message : String(error)), FAILED);
    if (!isUsageError(error)) return FAILED;
    return print(output.err, `Usage: rookery ${command.name} ${command.usage}`, USAGE);
  }
}

/** Takes the options that every command has out of the arguments, up to a `--`. */
function takeGlobalOptions(argv: string[]): { args: string[]; has: (option: string) => boolean } {
  const names = new Map([
    ["-h", "--help"],
    ["--help", "--help"],
    ["--debug", "--debug"],
    ["--version", "--version"],
  ]);
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const isGlobal = (arg: string, index: number) => index < end && names.has(arg);
  const found = new Set(argv.filter(isGlobal).map((arg) => names.get(arg)));
  return { args: argv.filter((arg, index) => !isGlobal(arg, index)), has: (option) => found.has(option) };
}

/** `parseArgs` throws errors with these codes where it does not know an option. */
function isUsageError(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS_");
}

async function version(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return `rookery ${(JSON.parse(text) as { version: string }).version} (Node ${process.versions.node})`;
}

function print(stream: NodeJS.WritableStream, text: string, code: number): number {
  stream.write(`${text}\n`);
  return code;
}
