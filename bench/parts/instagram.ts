import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AddedPost, type Instagram, startInstagram } from "../../test/instagram/instagram.ts";
import { isYtDlpAvailable } from "../../test/instagram/yt-dlp.ts";
import type { Person, RoomEvent } from "../../test/matrix/person.ts";
import { startRookery } from "../../test/rookery/rookery.ts";
import { startDevHomeserver } from "../homeservers/start-dev.ts";
import type { Measure, Part } from "../part.ts";
import { median } from "../quantile.ts";

const BUNDLE = join(import.meta.dirname, "../../packages/host/dist/bundles/instagram.mbp");
const RUNS = 3;

const mixed = Array.from({ length: 12 }, (_, n) => (n % 4 === 3 ? ("video" as const) : ("picture" as const)));
const POSTS: [string, (site: Instagram) => AddedPost][] = [
  ["reel", (site) => site.addReel()],
  ["picture", (site) => site.addPost()],
  ["carousel of 12", (site) => site.addCarousel(mixed)],
];

export const instagram: Part = {
  name: "instagram",
  about: `From the pasted link to the last of its files in the room: the real yt-dlp, a stand-in of Instagram with 0 or 300 ms added to each request, the development homeserver. Median of ${RUNS}.`,

  skip() {
    const ytDlp = isYtDlpAvailable();
    return ytDlp.available ? undefined : ytDlp.reason;
  },

  async run() {
    await using site = await startInstagram();
    await using homeserver = await startDevHomeserver();
    await using rookery = await startRookery({
      env: { ROOKERY_NETWORK_PROXY: site.proxyUrl, ROOKERY_NETWORK_CA_FILE: site.caFile },
    });
    const [ada, bot] = [await homeserver.register("ada"), await homeserver.register("bot")];
    const { id: accountId } = await rookery.addAccount({
      homeserverUrl: homeserver.url,
      accessToken: bot.accessToken,
    });
    const { id: pluginId } = await rookery.addPlugin(await readFile(BUNDLE));
    await rookery.addInstance({ id: "instagram", pluginId, accountId });
    const roomId = await ada.createRoom([bot.userId]);
    await ada.joined(roomId, bot.userId);

    const measures: Measure[] = [];
    for (const delayMs of [0, 300]) {
      site.delayMs = delayMs;
      for (const [kind, add] of POSTS) {
        const times: number[] = [];
        for (let run = 0; run < RUNS; run++) times.push(await paste(ada, bot.userId, roomId, add(site)));
        const what = `Instagram, ${kind}, ${delayMs} ms added`;
        measures.push({ what, value: median(times), unit: "ms", goal: { atMost: 5_000 } });
      }
    }
    return measures;
  },
};

/** Milliseconds until all files of the post are in the room. @throws where the bot answers with a text */
async function paste(person: Person, botId: string, roomId: string, post: AddedPost): Promise<number> {
  const begin = performance.now();
  const link = await person.say(roomId, post.url);
  await person.until(roomId, (events) => {
    const at = events.findIndex((event) => event.event_id === link);
    const said = at === -1 ? [] : events.slice(at).filter((event) => isMessageOf(botId, event));
    const text = said.find(({ content }) => content.msgtype === "m.text");
    if (text) throw new Error(`Instead of ${post.url} came "${text.content.body}".`);
    return said.length >= post.files.length;
  });
  return performance.now() - begin;
}

const isMessageOf = (userId: string, { sender, type }: RoomEvent) =>
  sender === userId && type === "m.room.message";
