import { definePlugin } from "@rookery/plugin-sdk";
import { addBusinessDays, format, formatDistance, intervalToDuration, parseISO } from "date-fns";
import { de } from "date-fns/locale";

export default definePlugin({
  setup(bot) {
    const day = new Date(2024, 1, 29, 13, 5);
    bot.log.info(
      JSON.stringify({
        english: format(day, "EEEE, do MMMM yyyy, h:mm a"),
        german: format(day, "PPPP", { locale: de }),
        later: format(addBusinessDays(day, 3), "yyyy-MM-dd"),
        distance: formatDistance(parseISO("2024-02-29"), parseISO("2023-01-15")),
        duration: intervalToDuration({ start: parseISO("2024-01-01"), end: parseISO("2024-03-05") }),
      }),
    );
  },
});
