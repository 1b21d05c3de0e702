import { definePlugin, Type } from "@rookery/plugin-sdk";

type Row = { key: string; value: string; creator: string };
const key = Type.String();

export default definePlugin({
  migrations: [
    "CREATE TABLE stored (key TEXT PRIMARY KEY COLLATE NOCASE, value TEXT NOT NULL) STRICT",
    "ALTER TABLE stored ADD COLUMN creator TEXT",
  ],

  setup({ command, database }) {
    const put = { description: "Store a value", args: { key, value: Type.String() } };
    command("put", put, (ctx) => {
      const sql = `INSERT INTO stored (key, value, creator) VALUES (:key, :value, :creator)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, creator = excluded.creator`;
      database.run(sql, { ...ctx.args, creator: ctx.sender.userId });
      return ctx.reply(`${ctx.args.key} is stored.`);
    });

    const get = { description: "Get a value", args: { key } };
    command("get", get, (ctx) => {
      const row = database.get<Row>("SELECT * FROM stored WHERE key = ?", ctx.args.key);
      return ctx.reply(
        row ? `${row.key}, by ${row.creator}:\n${row.value}` : `No ${ctx.args.key} is stored.`,
      );
    });

    const keys = { description: "List keys", args: { prefix: Type.String({ default: "" }) } };
    command("keys", keys, (ctx) => {
      const sql = "SELECT * FROM stored WHERE key LIKE ? || '%' ORDER BY key";
      const lines = database.all<Row>(sql, ctx.args.prefix).map((row) => `${row.key}, by ${row.creator}`);
      return ctx.reply(lines.join("\n") || "Nothing is stored.");
    });
  },
});
