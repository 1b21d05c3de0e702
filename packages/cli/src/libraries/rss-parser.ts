import { definePlugin } from "@rookery/plugin-sdk";
import Parser from "rss-parser";

const FEED = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
  <title>Birds</title><link>https://birds.example</link>
  <item><title>Rook &amp; roll</title><link>https://birds.example/1</link><dc:creator>Ada</dc:creator>
  <pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><description>&lt;b&gt;Caw&lt;/b&gt;</description></item>
</channel></rss>`;

export default definePlugin({
  async setup(bot) {
    const parser = new Parser();
    const { title, items } = await parser.parseString(FEED);
    const broken = await parser.parseString("<rss").catch((error: Error) => error.message.split("\n")[0]);
    const fetched = await new Promise((resolve) => {
      // Of what the sandbox has not, the first use says so.
      parser.parseURL("https://birds.example/feed").then(resolve, (error: Error) => resolve(error.message));
    });
    bot.log.info(JSON.stringify({ title, items, broken, fetched }));
  },
});
