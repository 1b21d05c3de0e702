import { definePlugin } from "@rookery/plugin-sdk";
import { DateTime, Duration, Interval } from "luxon";

export default definePlugin({
  setup(bot) {
    const start = DateTime.fromISO("2024-03-30T12:00", { zone: "Europe/Berlin" });
    bot.log.info(
      JSON.stringify({
        overTheGap: start.plus({ days: 1 }).toISO(),
        there: start.setZone("America/New_York").toFormat("yyyy-MM-dd HH:mm ZZZZ"),
        french: start.setLocale("fr").toLocaleString(DateTime.DATE_HUGE),
        hours: Interval.fromDateTimes(start, start.plus({ days: 1 })).length("hours"),
        duration: Duration.fromISO("PT1H90M").shiftTo("hours", "minutes").toObject(),
        invalid: DateTime.fromISO("2024-02-30").invalidReason,
      }),
    );
  },
});
