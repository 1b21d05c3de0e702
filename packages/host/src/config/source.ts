import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { AppError, reasonOf } from "../errors.ts";

/** A configuration as it was written, and on which line each part of it stands. */
export interface Source {
  values: Record<string, unknown>;
  /** The line of a part, or of what is around it where it is not there; `null` for the file as a whole. */
  lineOf(path: readonly string[]): number | null;
}

export const NO_SOURCE: Source = { values: {}, lineOf: () => null };

/** @throws AppError `CONFIG_INVALID` */
export function readSource(path: string): Source {
  const lines = new LineCounter();
  let document: Document.Parsed;
  let values: unknown;
  try {
    document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines });
    const [error] = document.errors;
    if (error) throw error;
    values = document.toJS();
  } catch (cause) {
    throw new AppError("CONFIG_INVALID", `The configuration ${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
  if (values === null) return NO_SOURCE;
  if (!isMapping(values)) {
    throw new AppError("CONFIG_INVALID", `The configuration ${path} must be a mapping of names to values.`);
  }
  const lineAt = (node: Node) => (node.range ? lines.linePos(node.range[0]).line : null);
  return {
    values,
    lineOf(path) {
      for (let known = path; known.length > 0; known = known.slice(0, -1)) {
        const node = keyAt(document, known);
        if (node) return lineAt(node);
      }
      return null;
    },
  };
}

/** The name of a part, where it has one; else the part. */
function keyAt(document: Document, path: readonly string[]): Node | null {
  const around = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(around)) {
    const pair = around.items.find((each) => isScalar(each.key) && String(each.key.value) === key);
    return isNode(pair?.key) ? pair.key : null;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node : null;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
