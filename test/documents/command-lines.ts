import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../packages/cli/src/commands.ts";

const ROOT = join(import.meta.dirname, "../..");
const GLOBAL_OPTIONS = ["--help", "-h", "--debug", "--version"];
/** What our own scripts and folders begin with, on a path from the repository's root. */
const OURS = /^(?:\/opt\/rookery\/|\.\/)?((?:deploy|docs|nix|packages|scripts|test)\/.+)$/;

const scriptsOf = (file: string): string[] =>
  Object.keys(JSON.parse(readFileSync(join(ROOT, file), "utf8")).scripts);
/** Those of the repository, and of a plugin that `rookery init` made. */
const NPM_SCRIPTS = [
  ...scriptsOf("package.json"),
  ...scriptsOf("packages/cli/template/package.template.json"),
];

/**
 * What a command line names that there is not: commands and options of `rookery`, scripts of npm, units, files.
 *
 * @param line as a document has it, its comment included
 * @returns a sentence each; none where all is there
 */
export function faultsIn(line: string): string[] {
  return simpleCommands(line).flatMap((words) => {
    const [program = "", ...args] = words;
    const missing = words
      .filter((word) => !word.includes("*"))
      .flatMap((word) => OURS.exec(word)?.[1] ?? [])
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `There is no ${path}.`);
    return [...missing, ...faultsOf(program, args)];
  });
}

function faultsOf(program: string, args: string[]): string[] {
  const [first = "", ...rest] = args;
  if (program === "npx" && first === "rookery") return faultsOfRookery(rest);
  if (/(^|\/)node$/.test(program) && first.endsWith("rookery.mjs")) return faultsOfRookery(rest);
  if (program === "rookery") return faultsOfRookery(args);
  if (program === "npm") return faultsOfNpm(args);
  const unit = { systemctl: args.at(-1), journalctl: args[args.indexOf("-u") + 1] }[program];
  if (unit === undefined || first === "daemon-reload") return [];
  return existsSync(join(ROOT, `deploy/${unit}.service`)) ? [] : [`There is no unit ${unit}.`];
}

function faultsOfNpm([action = "", script = ""]: string[]): string[] {
  const name = action === "run" ? script : ["start", "test"].includes(action) ? action : null;
  return name === null || NPM_SCRIPTS.includes(name) ? [] : [`npm has no script "${name}".`];
}

function faultsOfRookery(args: string[]): string[] {
  const [name = "", ...rest] = args;
  if (GLOBAL_OPTIONS.includes(name)) return [];
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return [`rookery has no command "${name}".`];
  // The rest goes to Node's test runner.
  if (name === "test") return [];
  const typed = [command.usage, ...command.options.map(([each]) => each)].join(" ");
  const known = [...typed.matchAll(/(?<=^|[\s[,])--?[a-z][\w-]*/g)].map(([option]) => option);
  const faults = rest
    .filter((word) => /^-/.test(word) && ![...known, ...GLOBAL_OPTIONS].includes(word.split("=")[0] ?? ""))
    .map((option) => `rookery ${name} has no option ${option}.`);
  const actions = command.usage.split("|").map((usage) => usage.trim().split(" ")[0] ?? "");
  const [action = ""] = rest;
  // Of "list | add <name>" one is meant; "<file>" and "[…]" may be anything.
  if (actions.every((each) => /^[a-z]/.test(each)) && rest.length > 0 && !actions.includes(action))
    faults.push(`rookery ${name} has no "${action}".`);
  return faults;
}

/** The words of each command that a line of shell has. */
function simpleCommands(line: string): string[][] {
  const words = line.match(/\s#.*$|\$?\(|\)|&&|\|\|?|;|(?:[^\s'"();|&]|'[^']*'|"[^"]*"|&(?!&))+/g) ?? [];
  const commands: string[][] = [[]];
  for (const word of words) {
    if (/^\s#/.test(word)) break;
    if (/^(&&|\|\|?|;|\$?\(|\))$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word.replaceAll(/['"]/g, ""));
  }
  return commands
    .map((each) => each.slice(Math.max(0, each.findIndex(isNoPrefix))))
    .filter(([program]) => program !== undefined);
}

/** `VARIABLE=value` may stand before a command, and so may a program that runs it as it is. */
const isNoPrefix = (word: string) => !/^\w+=|^(exec|env|unshare|sudo|source|<)$|^-rn$/.test(word);
