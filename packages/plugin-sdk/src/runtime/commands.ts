import { Type } from "typebox";
import { type ArgSchemas, parseArgs, usage } from "../command-args.ts";
import type { CommandOptions } from "../command-options.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { type Calling, createCaller, DEFAULT_PREFIX, prefixesOf } from "../protocol/calling.ts";
import type { CommandInfo } from "../protocol/delivery.ts";
import { commandName } from "../protocol/match.ts";
import { checkAllow, checkAllowed } from "./allowed.ts";

/** What a command's handler gets beside the event. */
type Handler = (ctx: Context, more: { args: unknown }) => unknown;

/** Has the host answer a delivery with the commands of all instances of the account. */
export type SendHelp = (about: string | undefined) => Promise<unknown>;

interface Command {
  info: CommandInfo;
  options: CommandOptions<ArgSchemas>;
  handler: Handler;
}

/** A word, with what is said under it and what may follow. */
interface Node {
  command?: Command;
  words: Map<string, Node>;
}

/** A command that somebody typed. */
export interface TypedCommand {
  /** It is the SDK's own `!help`. */
  isHelp: boolean;
  /** `!feed add` */
  name: string;
  /** What was typed after it did not fit, so the handler was not called. */
  argumentsRefused: boolean;
  run(ctx: Context, sendHelp?: SendHelp): Promise<unknown>;
}

const HELP_ARGS = { command: Type.Optional(Type.String()) };
const NAME = /^\S{1,64}(?: \S{1,64}){0,2}$/u;
/** The host compares every message with each of them, and keeps what is said about them. */
const MAX_COMMANDS = 1_000;
const MAX_TEXT = 1_000;

/** The commands of one instance: words, under which others may stand (`feed`, `feed add`). */
export function createCommands(calling: Calling) {
  const { prefix } = calling;
  const called = createCaller(calling);
  const prefixIn = prefixesOf(calling);
  const root: Node = { words: new Map() };
  const infos: CommandInfo[] = [];

  function add(name: string, options: CommandOptions<ArgSchemas>, handler: Handler): void {
    checkText("A command's description", options.description);
    checkText("A command's name", name);
    checkAllow(name, options.allow);
    const path = name.toLowerCase();
    const shown = usage(prefix, name, options.args);
    for (const each of [path, ...(options.aliases ?? []).map((alias) => alias.toLowerCase())]) {
      checkName(each);
      if (infos.length >= MAX_COMMANDS) throw new Error(`An instance has up to ${MAX_COMMANDS} commands.`);
      const node = nodeAt(each);
      if (node.command) throw new Error(`The command "${each}" is there already.`);
      const info: CommandInfo = {
        name: each.split(" ")[0] ?? each,
        usage: shown,
        description: options.description,
        ...(each === path ? {} : { aliasOf: path }),
        ...(each.includes(" ") ? { path: each } : {}),
        ...(options.hidden ? { hidden: true } : {}),
      };
      infos.push(info);
      node.command = { info, options, handler };
    }
  }

  function nodeAt(path: string): Node {
    let node = root;
    for (const word of path.split(" ")) {
      const next: Node = node.words.get(word) ?? { words: new Map() };
      node.words.set(word, next);
      node = next;
    }
    return node;
  }

  function checkName(name: string): void {
    if (!NAME.test(name))
      throw new Error(
        `A command's name is 1 to 64 characters without white space, or up to three such words, not "${name}".`,
      );
    // Not the account's own: what an operator sets there must not keep a plugin from starting.
    if (name.startsWith(DEFAULT_PREFIX))
      throw new Error(
        `Leave the "${DEFAULT_PREFIX}" out of the command's name "${name}"; it is put before it.`,
      );
  }

  /** The command that a text is: the longest one that it begins with. */
  function find(text: string, roomId: string): TypedCommand | undefined {
    const typedText = called(text, roomId);
    const first = typedText === null ? null : commandName(typedText, "");
    let node = first === null ? undefined : root.words.get(first);
    if (typedText === null || first === null || !node) return undefined;
    let path = first;
    let rest = typedText.slice(first.length);
    let found = node.command && { command: node.command, path, rest };
    while (node) {
      const [typed, word] = /^\s+(\S+)/.exec(rest) ?? [];
      node = typed === undefined ? undefined : node.words.get((word ?? "").toLowerCase());
      if (!node || typed === undefined) break;
      path += ` ${(word ?? "").toLowerCase()}`;
      rest = rest.slice(typed.length);
      if (node.command) found = { command: node.command, path, rest };
    }
    const usageHere = (usage: string) => prefixIn(roomId) + usage.slice(prefix.length);
    const name = prefixIn(roomId) + (found?.path ?? first);
    if (found) return typedCommand(found.command, name, found.rest, usageHere(found.command.info.usage));
    const run = () => Promise.reject(incomplete(first, usageHere));
    return { name, isHelp: false, argumentsRefused: true, run };
  }

  function typedCommand(
    { info, options, handler }: Command,
    name: string,
    rest: string,
    shown: string,
  ): TypedCommand {
    const typed: TypedCommand = {
      name,
      isHelp: info.builtIn === true,
      argumentsRefused: false,
      async run(ctx, sendHelp) {
        await checkAllowed(ctx, options.allow, name);
        typed.argumentsRefused = true;
        const args = parseArgs(rest, options.args ?? {}, shown);
        typed.argumentsRefused = false;
        return await (info.builtIn
          ? sendHelp?.((args as { command?: string }).command)
          : handler(ctx, { args }));
      },
    };
    return typed;
  }

  function incomplete(first: string, usageHere: (usage: string) => string): UserError {
    const usages = infos
      .filter(({ name, hidden, aliasOf }) => name === first && !hidden && aliasOf === undefined)
      .map(({ usage }) => usageHere(usage));
    return new UserError(
      usages.length > 0 ? `Usage: ${usages.join(", or ")}` : "There is more to this command.",
    );
  }

  return {
    add,
    find,
    /** All names that there are; the host shows them to who asks for help. */
    infos: infos as readonly CommandInfo[],
    has: (path: string) => infos.some((info) => (info.path ?? info.name) === path),
    /** The command with which the host's own help is asked for. */
    addHelp(): void {
      add("help", { description: "Show what can be said here", args: HELP_ARGS }, () => undefined);
      const info = infos.at(-1);
      if (info) info.builtIn = true;
    },
  };
}

function checkText(what: string, text: unknown): void {
  if (typeof text !== "string") throw new Error(`${what} is a text.`);
  if (text.length > MAX_TEXT) throw new Error(`${what} has up to ${MAX_TEXT} characters.`);
}
