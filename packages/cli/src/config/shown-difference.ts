import type { Difference } from "@rookery/host/declared";
import { printable } from "../printable.ts";

const SIGNS = { add: "+", change: "~", remove: "-", none: "!" };
const WORDS = { add: "", change: "", remove: " is declared no more: it is stopped and kept", none: "" };

/** What is to be done to one thing, on a line; what of it, and why it was not done, on further lines. */
export function shownDifference({ entry, action, changes, problem }: Difference): string {
  const lines = changes.map(({ field, from, to }) =>
    from === undefined ? `    ${field}: ${text(to)}` : `    ${field}: ${text(from)} → ${text(to)}`,
  );
  const why = problem === null ? [] : [`    not applied: ${printable(problem)}`];
  return `${[`${SIGNS[action]} ${entry}${WORDS[action]}`, ...lines, ...why].join("\n")}\n`;
}

const text = (value: unknown) => printable(typeof value === "string" ? value : JSON.stringify(value ?? null));
