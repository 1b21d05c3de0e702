import { definePlugin, Type } from "@rookery/plugin-sdk";

/** `json.author.name` of `{ json: { author: { name: "Ada" } } }`; "" where there is nothing. */
function valueAt(data: unknown, path: string): string {
  const found = path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);
  return found === undefined ? "" : typeof found === "string" ? found : JSON.stringify(found);
}

export default definePlugin({
  config: Type.Object({
    room: Type.String({ default: "", title: "Room", description: "The ID of the room to write to." }),
    token: Type.String({ format: "secret", title: "Token", description: "What senders must name." }),
    message: Type.String({
      default: "{{json.title}}",
      title: "Message",
      description: "{{json.…}}, {{query.…}} and {{body}} stand for what was sent.",
    }),
  }),

  setup(bot) {
    const { room, token, message } = bot.config;

    bot.webhook("/send", { reply: true }, async ({ request, sendTo }) => {
      if (request.headers.authorization !== `Bearer ${token}`) return { status: 401 };
      const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
      const json = isJson ? request.json() : null;
      const data = { json, query: Object.fromEntries(request.query), body: request.text() };
      const text = message.replaceAll(/\{\{ *([\w.]+) *\}\}/g, (_, path) => valueAt(data, path));
      if (text.trim() !== "") await sendTo(room, text);
    });
  },
});
