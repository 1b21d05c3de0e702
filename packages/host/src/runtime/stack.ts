import { SourceMap, type SourceMapPayload } from "node:module";

/** Points a plugin's stack trace at its author's sources. */
export type StackMapper = (stack: string) => string;

/**
 * @param code the bundle's `plugin.js` with its inline source map
 * @param name what the worker calls the code: `org.example.hello/plugin.js`
 */
export function createStackMapper(code: string, name: string): StackMapper {
  let map: SourceMap | null | undefined;

  function load(): SourceMap | null {
    const found = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(
      code,
    )?.[1];
    if (found === undefined) return null;
    return new SourceMap(JSON.parse(Buffer.from(found, "base64").toString("utf8")) as SourceMapPayload);
  }

  return (stack) => {
    try {
      if (map === undefined) map = load();
    } catch {
      // A broken map only means that the stack stays as it is.
      map = null;
    }
    if (map === null) return stack;
    const known = map;
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
          const original = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
          return line.slice(0, at) + original + line.slice(at + name.length + 1 + position[0].length);
        })
        .join("\n")
    );
  };
}
