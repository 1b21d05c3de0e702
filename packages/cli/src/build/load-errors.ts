import { SourceMap } from "node:module";
import { packageOf } from "./package-of.ts";
import { placeOfProperty } from "./place-of-property.ts";
import { isOurs } from "./stand-in-modules.ts";

/** What failed when the built code was loaded, and what is known of that code. */
export interface LoadFailure {
  error: string;
  stack: string;
  /** What stacks call the code. */
  name: string;
  code: string;
  /** The files by which the plugin comes to one, the first its entry file. */
  wayTo(file: string): string[];
}

const WHY: [RegExp, string][] = [
  [
    /read only property|not extensible|Cannot (?:re)?define property|Cannot delete property/,
    "It changes an object that all code in the sandbox shares, and those are frozen.",
  ],
  [/strict mode/i, "All code in the sandbox is strict."],
  [/properties of undefined/, "It may want a global of browsers or of Node that the sandbox has not."],
];

/** What a person reads of it: the error, its place, whose code that is and how it came in, and the reason. */
export function describeLoadError({ error, stack, name, code, wayTo }: LoadFailure): string {
  const place = placeOf(stack, name, code);
  const why = WHY.filter(([pattern]) => pattern.test(error)).map(([, text]) => ` ${text}`);
  const at = place === null ? configPlace(error, code) : ` (${place.file}:${place.line}:${place.column})`;
  const library = place === null ? null : packageOf(place.file);
  const way = library === null ? [] : wayTo(place?.file ?? "").slice(0, -1);
  const by = way.length === 0 ? "" : `, by way of ${way.join(" → ")}`;
  const whose = library === null ? "" : ` That is in the package "${library}"${by}.`;
  const rest = whose + why.join("");
  return `${error}${at}${rest !== "" && at !== "" ? "." : ""}${rest}`;
}

/** What is wrong with the config is found when the plugin is loaded already, so that no stack leads to it. */
function configPlace(error: string, code: string): string {
  const place = error.startsWith("The plugin's config ") ? placeOfProperty(code, "config") : null;
  return place === null ? "" : ` (${place})`;
}

/** The innermost line of the stack that a person wrote, through the source map: no stand-in of ours. */
function placeOf(stack: string, name: string, code: string) {
  const map = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(code)?.[1];
  if (map === undefined) return null;
  const sourceMap = new SourceMap(JSON.parse(Buffer.from(map, "base64").toString()));
  for (const frame of stack.split("\n").filter((line) => line.includes(`${name}:`))) {
    const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const origin = sourceMap.findOrigin(Number(line), Number(column));
    if (!("fileName" in origin) || isOurs(origin.fileName)) continue;
    return { file: origin.fileName, line: origin.lineNumber, column: origin.columnNumber };
  }
  return null;
}
