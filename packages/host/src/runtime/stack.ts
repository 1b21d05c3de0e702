import { SourceMap, type SourceMapPayload } from "node:module";
import { withinTime } from "../time-limit.ts";

/** Points a plugin's stack trace at its author's sources. */
export type StackMapper = (stack: string) => string;

const COMMENT = "//# sourceMappingURL=";
/** Reading more would take the host longer than other bots can wait; without a map stacks stay as they are. */
const MAX_MAP_LENGTH = 4 * 1024 * 1024;
const READ_MS = 250;
const MAX_SOURCE_NAME = 300;

/** The source map at the end of the code. Looked for from the end, since a pattern can take for ever. */
function inlineMap(code: string): string | null {
  const at = code.lastIndexOf(COMMENT);
  if (at === -1 || code.length - at > MAX_MAP_LENGTH) return null;
  const url = code.slice(at + COMMENT.length).trimEnd();
  const comma = url.indexOf(",");
  if (!/^data:application\/json[\w;=-]*;base64$/.test(url.slice(0, comma))) return null;
  return Buffer.from(url.slice(comma + 1), "base64").toString("utf8");
}

/**
 * @param code the bundle's `plugin.js` with its inline source map
 * @param name what the worker calls the code: `org.example.hello/plugin.js`
 */
export function createStackMapper(code: string, name: string): StackMapper {
  let map: SourceMap | null | undefined;

  function load(): SourceMap | null {
    const json = inlineMap(code);
    return json === null ? null : new SourceMap(JSON.parse(json) as SourceMapPayload);
  }

  function toSources(stack: string, known: SourceMap): string {
    return (
      stack
        .split("\n")
        // What lies below the plugin's own frames is the sandbox, which tells an author nothing.
        .filter((line) => !/\bworker\.mjs:\d+/.test(line))
        .map((line) => {
          const at = line.indexOf(`${name}:`);
          const position = at === -1 ? null : /^(\d+):(\d+)/.exec(line.slice(at + name.length + 1));
          if (!position) return line;
          const entry = known.findEntry(Number(position[1]) - 1, Number(position[2]) - 1);
          if (!("originalSource" in entry)) return line;
          const source = String(entry.originalSource).slice(0, MAX_SOURCE_NAME);
          const original = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
          return line.slice(0, at) + original + line.slice(at + name.length + 1 + position[0].length);
        })
        .join("\n")
    );
  }

  return (stack) => {
    try {
      if (map === undefined) map = withinTime(READ_MS, load);
      const known = map;
      return known === null ? stack : withinTime(READ_MS, () => toSources(stack, known));
    } catch {
      // A broken map only means that the stack stays as it is.
      map = null;
      return stack;
    }
  };
}
