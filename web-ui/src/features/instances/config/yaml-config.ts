import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument, stringify } from "yaml";
import type { Mark } from "../../../components/code-editor/marks.ts";
import { isRecord, type Schema } from "../../../components/schema-form/fields.ts";
import type { Config } from "../../../components/schema-form/values.ts";
import { type Path, pathOf, propertiesOf } from "./schema-at.ts";
import { schemaProblems } from "./schema-problems.ts";
import { texts } from "./texts.ts";

/** What stands in the editor. */
export interface ReadYaml {
  /** `null` where an error is in it. */
  config: Config | null;
  problems: (Mark & { line: number })[];
}

/** More than any config has; an alias that stands for a thousand others is more, too. */
const MAX_ALIASES = 100;

/** A config as YAML: a line for each setting, in the order of the form. */
export const toYaml = (config: Config, schema: Schema | null): string =>
  Object.keys(config).length === 0 ? "" : stringify(ordered(config, schema ?? {}), { lineWidth: 0 });

function ordered(config: Config, schema: Schema): Config {
  const known = propertiesOf(schema);
  const names = new Set([...known.map(([name]) => name), ...Object.keys(config)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => Object.hasOwn(config, name))
      .map((name) => {
        const value = config[name];
        const its = known.find(([key]) => key === name)?.[1];
        return [name, isRecord(value) ? ordered(value, its ?? {}) : value];
      }),
  );
}

/**
 * Reads a config that was written as YAML, and finds what is wrong with it, and where.
 *
 * @param refused what the host said of it before, by JSON pointer
 */
export function readYaml(
  text: string,
  schema: Schema | null,
  refused: readonly { path: string; message: string }[] = [],
): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placed = (mark: Mark) => ({ ...mark, line: lines.linePos(mark.from).line });
  const error = (from: number, to: number, message: string) =>
    placed({ from, to, severity: "error", message });

  const [broken] = document.errors;
  if (broken) return { config: null, problems: [error(broken.pos[0], broken.pos[1], broken.message)] };
  const value = attempt(() => document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (value instanceof Error) return { config: null, problems: [error(0, text.length, value.message)] };
  const config = value ?? {};
  if (!isRecord(config)) return { config: null, problems: [error(0, text.length, texts.notAnObject)] };

  const problems = schemaProblems(schema, config).map(({ path, atKey, severity, message }) =>
    placed({ ...rangeOf(document.contents, path, atKey), severity, message }),
  );
  const isWrong = problems.some(({ severity }) => severity === "error");
  const said = refused.map(({ path, message }) =>
    error(...placeOf(document.contents, pathOf(path, config)), `${message}.`),
  );
  const all = [...problems, ...said].sort((one, other) => one.from - other.from);
  return { config: isWrong ? null : config, problems: all };
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const placeOf = (node: ParsedNode | null, path: Path): [number, number] => {
  const { from, to } = rangeOf(node, path, false);
  return [from, to];
};

/** Where a value stands, or its key; where it does not, what it would be in. */
function rangeOf(contents: ParsedNode | null, path: Path, atKey: boolean): { from: number; to: number } {
  let node: unknown = contents;
  let range = { from: 0, to: 0 };
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) return range;
      const [key, value] = [spanOf(pair.key), spanOf(pair.value)];
      const wantsKey = atKey && index === path.length - 1;
      range = (wantsKey ? key : (value ?? key)) ?? range;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      range = spanOf(node) ?? range;
    }
  }
  return range;
}

/** From its first letter to its last; `null` of what is empty. */
function spanOf(node: unknown): { from: number; to: number } | null {
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  const [from, to] = node.range ?? [0, 0];
  return to > from ? { from, to } : null;
}
