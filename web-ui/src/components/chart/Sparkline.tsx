import classes from "./Bars.module.css";
import type { Bar } from "./Bars.tsx";

const WIDTH = 4;
const GAP = 1;
const HEIGHT = 20;

/**
 * Bars for a row of a table. They are two shapes, however many there are: a table has hundreds of rows. Their words are
 * in `label`, which is also shown on hover.
 */
export function Sparkline({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 1e-9);
  const shape = (read: (bar: Bar) => number) =>
    bars
      .map((bar, index) => {
        const height = Math.max(1.5, (read(bar) / most) * HEIGHT);
        return read(bar) === 0 ? "" : `M${index * WIDTH} ${HEIGHT}v${-height}h${WIDTH - GAP}v${height}z`;
      })
      .join("");
  return (
    <svg
      className={classes.bars}
      data-size="small"
      viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path d={`M0 ${HEIGHT}h${bars.length * WIDTH}`} className={classes.ground} />
      <path d={shape(({ value }) => value ?? 0)} className={classes.bar} />
      <path d={shape(({ bad = 0 }) => bad)} className={classes.bad} />
    </svg>
  );
}
