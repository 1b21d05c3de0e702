import { escapeHtml } from "../html.ts";
import { type Calling, createCaller } from "./calling.ts";
import type { CommandInfo, Subscriptions } from "./delivery.ts";
import { commandName, type MatchableEvent, messageText } from "./match.ts";

/** The commands of one plugin, under its name. */
export interface CommandGroup {
  name: string;
  commands: readonly CommandInfo[];
}

/** What stands in `unsigned` of an event that asks for help and is answered by another instance of the account. */
const ELSEWHERE = "org.rookery.help_elsewhere";
/** An event has 64 KiB, in which the text stands twice. */
const MAX_CHARACTERS = 20_000;

/**
 * Whether an event that an instance wants asks for the SDK's own `!help`.
 *
 * @param calling how its account's bots are called
 */
export function asksForHelp(
  { commands }: Subscriptions,
  calling: Calling,
): (event: MatchableEvent, roomId: string) => boolean {
  const names = new Set(commands.filter(isBuiltIn).map(({ name }) => name));
  if (names.size === 0) return () => false;
  const called = createCaller(calling);
  return (event, roomId) => {
    const text = messageText(event);
    const rest = text === null ? null : called(text, roomId);
    const name = rest === null ? null : commandName(rest, "");
    return name !== null && names.has(name);
  };
}

/** What an instance registered under an earlier version of the SDK is on the disk until it runs again. */
function isBuiltIn({ builtIn, name, description }: CommandInfo): boolean {
  return builtIn ?? (name === "help" && description === "Show this list");
}

/** The event, for an instance that wants it for another reason and is to leave the help to another one. */
export function helpedElsewhere<E extends object>(event: E): E {
  const { unsigned } = event as { unsigned?: object };
  return { ...event, unsigned: { ...unsigned, [ELSEWHERE]: true } };
}

export function isHelpedElsewhere(event: { unsigned?: object | undefined }): boolean {
  return (event.unsigned as Record<string, unknown> | undefined)?.[ELSEWHERE] === true;
}

/**
 * The answer to `!help`: each command as it is typed, and what it does, by plugin; or all about one command.
 *
 * @param about a command's name, with or without its prefix
 */
export function helpText(groups: readonly CommandGroup[], about?: string): { text: string; html: string } {
  if (about !== undefined) return aboutOne(groups, about);
  const shown = groups
    .map(({ name, commands }) => ({ name, commands: commands.filter(isListed) }))
    .filter(({ commands }) => commands.length > 0);
  let left = MAX_CHARACTERS;
  let hidden = 0;
  const parts = shown.map(({ name, commands }) => {
    const fitting = commands.filter((command) => {
      left -= command.usage.length + command.description.length;
      if (left < 0) hidden++;
      return left >= 0;
    });
    return listOf(fitting, shown.length > 1 ? name : undefined);
  });
  if (parts.length === 0) return plain("There are no commands here.");
  if (hidden > 0) parts.push(plain(`… and ${hidden} more.`));
  return {
    text: parts.map(({ text }) => text).join("\n\n"),
    html: parts.map(({ html }) => html).join(""),
  };
}

function aboutOne(groups: readonly CommandGroup[], about: string): { text: string; html: string } {
  const words = about.trim().toLowerCase().split(/\s+/).join(" ");
  const all = groups.flatMap(({ commands }) => commands).filter((command) => !isBuiltIn(command));
  const found = all.filter((command) => {
    const path = pathOf(command);
    // What stands before the name depends on the room; whoever asks may type it or not.
    return words === path || (words.endsWith(path) && command.usage.toLowerCase().startsWith(words));
  });
  const paths = new Set(found.map((command) => command.aliasOf ?? pathOf(command)));
  const under = all.filter((command) =>
    [...paths, words].some((path) => isListed(command) && pathOf(command).startsWith(`${path} `)),
  );
  const main = all.filter((command) => command.aliasOf === undefined && paths.has(pathOf(command)));
  if (main.length === 0 && under.length === 0) return plain(`There is no command "${about.trim()}" here.`);
  const list = listOf([...main, ...under]);
  const names = all.filter(({ aliasOf }) => aliasOf !== undefined && paths.has(aliasOf)).map(pathOf);
  if (names.length === 0) return list;
  const also = plain(`Also: ${[...new Set(names)].join(", ")}`);
  return { text: `${list.text}\n${also.text}`, html: list.html + also.html };
}

const pathOf = ({ path, name }: CommandInfo) => path ?? name;

function isListed(command: CommandInfo): boolean {
  return command.aliasOf === undefined && !command.hidden && !isBuiltIn(command);
}

/** Where two instances of a plugin have the same commands, each stands there once. */
function listOf(commands: readonly CommandInfo[], heading?: string): { text: string; html: string } {
  const unique = [...new Map(commands.map((command) => [pathOf(command), command])).values()];
  const lines = unique.map(({ usage, description }) => `${usage} – ${description}`);
  const items = unique.map(
    ({ usage, description }) => `<li><code>${escapeHtml(usage)}</code> – ${escapeHtml(description)}</li>`,
  );
  const list = { text: lines.join("\n"), html: `<ul>${items.join("")}</ul>` };
  if (heading === undefined) return list;
  return {
    text: `${heading}\n${list.text}`,
    html: `<p><strong>${escapeHtml(heading)}</strong></p>${list.html}`,
  };
}

const plain = (text: string) => ({ text, html: `<p>${escapeHtml(text)}</p>` });
