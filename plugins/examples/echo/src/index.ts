import { definePlugin, escapeHtml, Type } from "@rookery/plugin-sdk";

const UNITS = ["day", "hour", "minute", "second"];

function pretty(ms: number): string {
  if (ms < 10_000) return `${ms} ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const shown = parts.flatMap((n, i) => (n === 0 ? [] : [`${n} ${UNITS[i]}${n === 1 ? "" : "s"}`]));
  return new Intl.ListFormat("en").format(shown);
}

const link = (id: string, text: string) => `<a href="https://matrix.to/#/${id}">${text}</a>`;

export default definePlugin({
  setup({ command }) {
    const echo = { description: "Repeat a message", args: { message: Type.String() } };
    command("echo", echo, (ctx) => ctx.send(ctx.args.message));

    const ping = { description: "Ping", args: { message: Type.String({ default: "" }) } };
    command("ping", ping, ({ args, event, room, sender, send }) => {
      const quote = args.message && `"${args.message.slice(0, 20)}" `;
      const took = `took ${pretty(Date.now() - event.origin_server_ts)} to arrive`;
      const pinged = link(`${room.roomId}/${event.event_id}`, "ping");
      const html = `${link(sender.userId, sender.userId)}: Pong! (${pinged} ${escapeHtml(quote)}${took})`;
      return send({ text: `${sender.userId}: Pong! (ping ${quote}${took})`, html });
    });
  },
});
