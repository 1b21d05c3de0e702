import type { History } from "@rookery/host/api";
import { eventBars, inWords, sum } from "../../components/chart/over-time.ts";
import { Sparkline } from "../../components/chart/Sparkline.tsx";
import classes from "./DayBars.module.css";
import { texts } from "./texts.ts";

const number = new Intl.NumberFormat("en");

/** An instance's last 24 hours, as it fits a row of a table. */
export function DayBars({ id, history }: { id: string; history: History }) {
  const series = history.instances.find((one) => one.id === id);
  if (!series) return <span className={classes.none}>{texts.nothingToday}</span>;
  return (
    <div className={classes.day}>
      <div className={classes.bars}>
        <Sparkline
          bars={eventBars(history, series.received, series.failed)}
          label={inWords(history, texts.received, series.received)}
        />
      </div>
      <span>{number.format(sum(series.received))}</span>
    </div>
  );
}
