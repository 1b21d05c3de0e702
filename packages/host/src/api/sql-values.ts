import type { SqlValue as Stored } from "@rookery/plugin-sdk/protocol";
import type { SqlValue } from "./contract.ts";

/** As JSON has it: nothing is rounded, and nothing is taken for something else. */
export function toSqlValue(value: Stored): SqlValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : { integer: String(value) };
  }
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { real: value > 0 ? "Infinity" : "-Infinity" };
  }
  return value;
}

/** A parameter as it was given; a whole number is an integer, as in SQL's text. */
export function fromSqlValue(value: SqlValue): Stored {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  if ("integer" in value) return BigInt(value.integer);
  return "real" in value ? Number(value.real) : Buffer.from(value.base64, "base64");
}

/**
 * Rows as CSV (RFC 4180). NULL is nothing between the commas, an empty text `""`, a blob base64. A text is given as it
 * is, also where a spreadsheet would take it for a formula.
 */
export function toCsv(columns: readonly { name: string }[], rows: readonly (readonly Stored[])[]): string {
  const lines = [columns.map(({ name }) => quoted(name)), ...rows.map((row) => row.map(cell))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

function cell(value: Stored): string {
  if (value === null) return "";
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "string" ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return text !== "" && !/[",\r\n]/.test(text) && text.trim() === text
    ? text
    : `"${text.replaceAll('"', '""')}"`;
}
