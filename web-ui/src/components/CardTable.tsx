import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./CardTable.module.css";

/** A table that becomes a list of cards on a phone, each cell under its own label. */
export function CardTable({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly string[];
  children: ReactNode;
}) {
  return (
    // The roles are said again, since `display: block` on a phone takes them away.
    // biome-ignore lint/a11y/noRedundantRoles: see above
    <table role="table" className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={column || index} scope="col">
              {column || <VisuallyHidden>Actions</VisuallyHidden>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export function Cell({
  label,
  number = false,
  end = false,
  children,
}: {
  /** Its column's name, shown beside it on a phone; the first cell needs none. */
  label?: string;
  number?: boolean;
  end?: boolean;
  children: ReactNode;
}) {
  return (
    <td className={classes.cell} data-label={label} data-number={number} data-end={end}>
      <div className={classes.value}>{children}</div>
    </td>
  );
}
