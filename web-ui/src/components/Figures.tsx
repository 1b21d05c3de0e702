import classes from "./Figures.module.css";

export interface Figure {
  label: string;
  value: number;
  bad?: boolean;
}

const format = new Intl.NumberFormat("en");

/** A row of counts, each under its name. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(({ label, value, bad }) => (
        <div key={label} className={classes.figure} data-bad={bad}>
          <dt>{label}</dt>
          <dd>{format.format(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
