import { type Measure, met } from "./part.ts";

const HEADER = ["", "Rookery", "bare loop", "ratio", "matrix-bot-sdk", "goal", ""];

/** The measures as an aligned table. */
export function table(measures: Measure[]): string {
  const rows = [HEADER, ...measures.map(row)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const [header = "", ...body] = rows.map(line);
  return [header, "─".repeat(Math.max(...body.map((each) => each.length))), ...body].join("\n");
}

function row(measure: Measure): string[] {
  const { what, value, unit, floor, sdk, goal } = measure;
  const isMet = met(measure);
  return [
    what,
    `${figure(value)} ${unit}`,
    floor === undefined ? "" : figure(floor),
    floor === undefined || floor === 0 ? "" : `× ${(value / floor).toFixed(2)}`,
    sdk === undefined ? "" : figure(sdk),
    goal === undefined ? "" : "atMost" in goal ? `≤ ${figure(goal.atMost)}` : `≥ ${figure(goal.atLeast)}`,
    isMet === undefined ? "" : isMet ? "met" : "missed",
  ];
}

/** Three digits that mean something. */
function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}
