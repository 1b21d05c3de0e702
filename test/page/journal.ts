import { bundleOf } from "../hostile/plugins.ts";

/** Keeps a journal in its database, logs as much as it is told to, and has settings of all kinds. */
export const journalBundle = () =>
  bundleOf(
    "journal",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({
    greeting: Type.String({ title: "Greeting", description: "Said first.", default: "Hello", minLength: 2 }),
    days: Type.Integer({ title: "Days", description: "How long an entry is kept.", default: 1, minimum: 1, maximum: 30 }),
    mode: Type.Union([Type.Literal("short"), Type.Literal("long")], { title: "Mode", default: "short" }),
    tags: Type.Optional(Type.Array(Type.String(), { title: "Tags" })),
    token: Type.Optional(Type.String({ title: "API token", format: "secret" })),
  }),
  migrations: [
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, room TEXT NOT NULL, text TEXT, stars REAL, picture BLOB)",
    \`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1234)
     INSERT INTO entry SELECT n, '!lobby:example.org', 'Entry ' || n || ', "quoted"', 4.5, NULL FROM number;
     UPDATE entry SET text = NULL, picture = x'010203' WHERE id = 2;\`,
    "CREATE TABLE tag (name TEXT PRIMARY KEY)",
  ],
  setup(bot) {
    bot.log.info(\`Started with the greeting \${bot.config.greeting}.\`);
    bot.log.warn("The journal is nearly full.");
    bot.schedule("beat", "* * * * * *", () => bot.log.debug("A beat."));
  },
});
`,
    {},
    { name: "Journal", description: "Keeps a journal." },
  );
