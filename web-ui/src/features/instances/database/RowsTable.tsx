import type { DatabaseRows } from "@rookery/host/api";
import classes from "./RowsTable.module.css";
import { texts } from "./texts.ts";

type Value = DatabaseRows["rows"][number][number];

/** Of a text, in the table; the whole is in the file. */
const MOST = 300;

/** Rows as SQLite has them, with what they are of: a text is told from a number, and nothing from an empty text. */
export function RowsTable({
  label,
  columns,
  rows,
}: Pick<DatabaseRows, "columns" | "rows"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.frame} tabIndex={0} aria-label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, type }, index) => (
              // Two columns of a statement may have the same name.
              <th key={index} scope="col">
                {name} {type && <span className={classes.type}>{type}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <Cell key={column} value={value} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ value }: { value: Value }) {
  if (value === null) return <td className={classes.odd}>{texts.nothing}</td>;
  if (typeof value === "number") return <td className={classes.number}>{value}</td>;
  if (typeof value === "string") {
    if (value === "") return <td className={classes.odd}>{texts.emptyText}</td>;
    return <td>{value.length > MOST ? `${value.slice(0, MOST)}…` : value}</td>;
  }
  if ("base64" in value) return <td className={classes.odd}>{texts.blob(bytesIn(value.base64))}</td>;
  return <td className={classes.number}>{"integer" in value ? value.integer : value.real}</td>;
}

const bytesIn = (base64: string) => Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
