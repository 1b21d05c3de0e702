import { bundleOf } from "../hostile/plugins.ts";

/** Tells the weather: a made-up one, so that it needs no network, though it asks for it. */
export const weatherBundle = () =>
  bundleOf(
    "weather",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";

interface Forecast { days: string[] }

function forecastFor(place: string): Forecast {
  if (place === "Atlantis") throw new Error("There is no weather station in Atlantis.");
  return { days: ["rain", "sun"] };
}

export default definePlugin({
  config: Type.Object({
    place: Type.String({ title: "Place", description: "Where the weather is told for.", minLength: 2 }),
    days: Type.Integer({ title: "Days", default: 1, minimum: 1, maximum: 2 }),
    emoji: Type.Boolean({ title: "With emoji", default: false }),
  }),
  setup(bot) {
    const { place, days } = bot.config;
    bot.log.info(\`Telling the weather of \${place}.\`);
    bot.command("weather", "Tell the weather", (ctx) =>
      ctx.reply(\`\${place}: \${forecastFor(place).days.slice(0, days).join(", then ")}\`),
    );
  },
});
`,
    { network: ["api.weather.example"], programs: ["ffmpeg"] },
    { name: "Weather", description: "Tells the weather of a place when asked with !weather." },
  );

/**
 * The weather's later versions: 1.1.0 wants more, and has other settings; 1.2.0 wants nothing more, and crashes at its start.
 */
export const laterWeatherBundle = (version: "1.1.0" | "1.2.0") =>
  bundleOf(
    "weather",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";
export default definePlugin({
  config: Type.Object({
    place: Type.String({ title: "Place", description: "Where the weather is told for.", minLength: 2 }),
    days: Type.Integer({ title: "Days", default: 1, minimum: 1, maximum: 7 }),
    radar: Type.Boolean({ title: "With the radar", default: true }),
  }),
  setup(bot) {
    if ("${version}" === "1.2.0") throw new Error("The radar's station is not set up.");
    bot.command("weather", "Tell the weather", (ctx) => ctx.reply(\`\${bot.config.place} by radar: rain\`));
  },
});
`,
    { network: ["api.weather.example", "radar.weather.example"] },
    { name: "Weather", version, description: "Tells the weather of a place when asked with !weather." },
  );

/** Does not start: it is well in itself, and its config is not. */
export const remindersBundle = () =>
  bundleOf(
    "reminders",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";

function checkZone(zone: string): void {
  if (!zone.startsWith("Europe/")) throw new Error(\`There is no time zone "\${zone}". Correct it in the config.\`);
}

export default definePlugin({
  config: Type.Object({ zone: Type.String({ title: "Time zone", default: "Europe/Vienna" }) }),
  setup(bot) {
    bot.log.info("Reading the reminders.");
    checkZone(bot.config.zone);
    bot.command("remind", "Set a reminder", (ctx) => ctx.react("⏰"));
  },
});
`,
    {},
    { name: "Reminders", description: "Reminds a room of what it wanted to be reminded of." },
  );

/** Never comes to an end of its start, or comes to a bad one, where its config says so. */
export const spinnerBundle = () =>
  bundleOf(
    "spinner",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";
export default definePlugin({
  config: Type.Object({
    spins: Type.Boolean({ title: "Spins", default: false }),
    fails: Type.Boolean({ title: "Fails", default: false }),
  }),
  async setup(bot) {
    while (bot.config.spins);
    if (!bot.config.fails) return;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    throw new Error("It found no start.");
  },
});
`,
  );

/** Rolls dice with `!roll`, and fails at those that cannot be rolled, unless its config says otherwise. */
export const diceBundle = () =>
  bundleOf(
    "dice",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";

function sidesOf(wish: number, lenient: boolean): number {
  if (wish >= 2) return wish;
  if (lenient) return 6;
  throw new Error(\`There is no die with \${wish} sides.\`);
}

export default definePlugin({
  config: Type.Object({ lenient: Type.Boolean({ title: "Lenient", default: false }) }),
  setup(bot) {
    const args = { sides: Type.Integer({ default: 6 }) };
    bot.command("roll", { description: "Roll a die", args }, (ctx) =>
      ctx.reply(\`A die with \${sidesOf(ctx.args.sides, bot.config.lenient)} sides.\`),
    );
    bot.command("ponder", "Never end", () => new Promise(() => undefined));
  },
});
`,
    {},
    { name: "Dice", description: "Rolls dice." },
  );
