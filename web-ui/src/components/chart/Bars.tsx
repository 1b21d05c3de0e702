import classes from "./Bars.module.css";

/** One bar: how high, how much of it is bad, and what it says on hover. */
export interface Bar {
  /** `null` where nothing is known. */
  value: number | null;
  /** The lower part of it, in the colour of failures. */
  bad?: number;
  title: string;
}

const WIDTH = 4;
const GAP = 1;
const HEIGHT = 32;

/**
 * Values over time as small bars, the newest at the right. What they say in words stands in `label`: who cannot see them,
 * hears that; who points at one reads its own.
 */
export function Bars({
  bars,
  label,
  size = "middle",
}: {
  bars: readonly Bar[];
  label: string;
  size?: "middle" | "tall";
}) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 1e-9);
  const height = (value: number) => (value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT));
  return (
    <svg
      className={classes.bars}
      data-size={size}
      viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line x1={0} x2={bars.length * WIDTH} y1={HEIGHT} y2={HEIGHT} className={classes.ground} />
      {bars.map(({ value, bad = 0, title }, index) => (
        <g key={index}>
          <title>{title}</title>
          <rect x={index * WIDTH} y={0} width={WIDTH} height={HEIGHT} className={classes.column} />
          <rect
            x={index * WIDTH}
            y={HEIGHT - height(value ?? 0)}
            width={WIDTH - GAP}
            height={height(value ?? 0)}
            className={classes.bar}
          />
          {bad > 0 && (
            <rect
              x={index * WIDTH}
              y={HEIGHT - height(bad)}
              width={WIDTH - GAP}
              height={height(bad)}
              className={classes.bad}
            />
          )}
        </g>
      ))}
    </svg>
  );
}
