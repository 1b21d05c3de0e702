import { isBuiltin } from "node:module";

/** The modules of Node that have a stand-in, and the file in `stand-ins` that it is made of. */
const FILES: Record<string, string> = {
  assert: "assert.ts",
  "assert/strict": "assert-strict.ts",
  buffer: "buffer.ts",
  crypto: "crypto.ts",
  events: "events.ts",
  path: "path.ts",
  "path/posix": "path.ts",
  process: "process.ts",
  querystring: "querystring.ts",
  stream: "stream.ts",
  "stream/promises": "stream-promises.ts",
  string_decoder: "string_decoder.ts",
  timers: "timers.ts",
  "timers/promises": "timers-promises.ts",
  url: "url.ts",
  util: "util.ts",
  "util/types": "util-types.ts",
};

const GLOBALS = {
  "global Buffer": "buffer-global.ts",
  "members of process": "process-members.ts",
};

/** Globals of Node that packages expect, and that bundled code gets where it names them. */
export type NamedGlobal = keyof typeof GLOBALS;

const NAMED: Record<NamedGlobal, RegExp> = {
  "global Buffer": /(?<![\w$.])Buffer\b/,
  "members of process":
    /(?<![\w$.])process\.(?:argv|browser|cwd|emitWarning|env|hrtime|nextTick|platform|versions?)\b/,
};

/** Those of them that bundled code may mean. What it says in a string counts, too, and does no harm. */
export function namedGlobals(code: string): NamedGlobal[] {
  return (Object.keys(NAMED) as NamedGlobal[]).filter((name) => NAMED[name].test(code));
}

/** The names of all modules that have one. */
export const STAND_INS = Object.keys(FILES);

/** The file of a stand-in, or undefined where there is none. */
export function standInFile(name: string): string | undefined {
  if (Object.hasOwn(FILES, name)) return FILES[name];
  return Object.hasOwn(GLOBALS, name) ? GLOBALS[name as NamedGlobal] : undefined;
}

/** The name of one of Node's modules without its "node:", or null where it is none. */
export function nodeModuleName(path: string): string | null {
  return isBuiltin(path) ? path.replace(/^node:/, "") : null;
}

/** Whether a source, as the source map calls it, is a stand-in or stands for an absent module. */
export function isOurs(source: string): boolean {
  return /^(?:node|node-required|absent):/.test(source);
}
