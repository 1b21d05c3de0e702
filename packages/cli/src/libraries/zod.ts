import { definePlugin } from "@rookery/plugin-sdk";
import { z } from "zod";

const Post = z.object({
  id: z.number().int().positive(),
  tags: z.array(z.string()).default([]),
  author: z.email().transform((address) => address.split("@")[0]),
});

export default definePlugin({
  setup(bot) {
    const refused = Post.safeParse({ id: -1, author: "nobody" });
    bot.log.info(
      JSON.stringify({
        parsed: Post.parse({ id: 7, author: "ada@example.org" }),
        refused: refused.error?.issues.map(({ path, code }) => `${path.join(".")}: ${code}`),
        schema: z.toJSONSchema(z.object({ id: z.int() })).required,
      }),
    );
  },
});
