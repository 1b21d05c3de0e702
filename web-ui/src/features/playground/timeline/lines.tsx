import { texts } from "../texts.ts";
import classes from "./Timeline.module.css";

const long = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const DAY_MS = 86_400_000;

export function DayLine({ at }: { at: number }) {
  const date = new Date(at).toDateString();
  const day =
    date === new Date().toDateString()
      ? texts.today
      : date === new Date(Date.now() - DAY_MS).toDateString()
        ? texts.yesterday
        : long.format(at);
  return <div className={classes.day}>{day}</div>;
}

export function NoticeLine({ at, sentence }: { at: number; sentence: string }) {
  return (
    <div className={classes.notice} title={full.format(at)}>
      {sentence}
    </div>
  );
}
