import type { ReactNode } from "react";
import { type Bar, Bars } from "./Bars.tsx";
import classes from "./Trend.module.css";

/** A figure with its shape over time: what it is, how much, and how it came about. */
export function Trend({
  name,
  value,
  hint,
  bad = false,
  bars,
  label,
}: {
  name: string;
  value: ReactNode;
  hint?: ReactNode;
  bad?: boolean;
  bars: readonly Bar[];
  /** The bars in words. */
  label: string;
}) {
  return (
    <div className={classes.trend} data-bad={bad}>
      <dt>{name}</dt>
      <dd className={classes.value}>
        {value} {hint !== undefined && <span className={classes.hint}>{hint}</span>}
      </dd>
      <dd className={classes.bars}>
        <Bars bars={bars} label={label} />
      </dd>
    </div>
  );
}

export function Trends({ children }: { children: ReactNode }) {
  return <dl className={classes.trends}>{children}</dl>;
}
