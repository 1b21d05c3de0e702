import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AddedPost, type Instagram, startInstagram } from "../../test/instagram/instagram.ts";
import { isYtDlpAvailable } from "../../test/instagram/yt-dlp.ts";
import { createPerson, type Person, type RoomEvent } from "../../test/matrix/person.ts";
import { startRookery } from "../../test/rookery/rookery.ts";
import { isSynapseAvailable, startSynapse } from "../../test/synapse/synapse.ts";
import type { Measure, Part } from "../part.ts";
import { median } from "../quantile.ts";

const BUNDLE = join(import.meta.dirname, "../../packages/host/dist/bundles/instagram.mbp");
const RUNS = 3;
const DELAYS = [0, 150, 300];
const CONFIG = { perPerson: 1000, perRoom: 1000 };

const mixed = Array.from({ length: 12 }, (_, n) => (n % 4 === 3 ? ("video" as const) : ("picture" as const)));
const POSTS: [kind: string, add: (site: Instagram) => AddedPost, atMost: number][] = [
  ["reel", (site) => site.addReel(), 1_900],
  ["picture", (site) => site.addPost(), 1_900],
  ["4 videos", (site) => site.addCarousel(["video", "video", "video", "video"]), 2_200],
  ["12 mixed", (site) => site.addCarousel(mixed), 5_000],
];

export const instagram: Part = {
  name: "instagram",
  about: `From the pasted link to the last of its files in the room: the real yt-dlp, a stand-in of Instagram with 0, 150 or 300 ms added to each request, a real Synapse. "cached" is what the same link takes again, over what Synapse takes to bring a message there and one back. Median of ${RUNS}.`,

  skip() {
    const missing = [isYtDlpAvailable(), isSynapseAvailable()].find(({ available }) => !available);
    return missing && !missing.available ? missing.reason : undefined;
  },

  async run() {
    await using site = await startInstagram();
    await using synapse = await startSynapse();
    await using rookery = await startRookery({
      env: { ROOKERY_NETWORK_PROXY: site.proxyUrl, ROOKERY_NETWORK_CA_FILE: site.caFile },
    });
    const login = async (name: string) => await synapse.registerUser(name, "a password for the bench");
    const ada = await createPerson(synapse.url, await login("ada"));
    const bob = await createPerson(synapse.url, await login("bob"));
    const bot = await login("bot");
    const { id: accountId } = await rookery.addAccount({
      homeserverUrl: synapse.url,
      accessToken: bot.accessToken,
    });
    const { id: pluginId } = await rookery.addPlugin(await readFile(BUNDLE));
    await rookery.addInstance({ id: "instagram", pluginId, accountId, config: CONFIG });
    const roomId = await ada.createRoom([bot.userId, bob.userId]);
    await bob.request("POST", `/_matrix/client/v3/join/${encodeURIComponent(roomId)}`, {});
    await ada.joined(roomId, bot.userId);
    const measures: Measure[] = [];
    const add = (what: string, times: number[], atMost: number) =>
      measures.push({ what: `Instagram, ${what}`, value: median(times), unit: "ms", goal: { atMost } });

    // The first starts what waits for the first: not what a room that uses it feels.
    await paste(ada, bot.userId, roomId, site.addPost());
    for (const delayMs of DELAYS) {
      site.delayMs = delayMs;
      for (const [kind, make, atMost] of POSTS) {
        const times: number[] = [];
        for (let run = 0; run < RUNS; run++) {
          times.push(await paste(ada, bot.userId, roomId, make(site)));
        }
        add(`${kind}, ${delayMs} ms added`, times, atMost);
      }
    }
    const reel = site.addReel();
    await paste(ada, bot.userId, roomId, reel);
    const there: number[] = [];
    const cached: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      there.push(await thereAndBack(ada, bob, roomId));
      cached.push(await paste(ada, bot.userId, roomId, reel));
    }
    const floor = median(there);
    add(
      "cached, over what Synapse takes",
      cached.map((time) => time - floor),
      150,
    );
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

/** Milliseconds until somebody who answers as soon as they read is read. */
async function thereAndBack(ada: Person, bob: Person, roomId: string): Promise<number> {
  const begin = performance.now();
  const seeing = async (person: Person, id: string) =>
    await person.until(roomId, (events) => events.some(({ event_id }) => event_id === id));
  const said = await ada.say(roomId, "hello");
  await seeing(bob, said);
  await seeing(ada, await bob.say(roomId, "hello"));
  return performance.now() - begin;
}

const isMessageOf = (userId: string, { sender, type }: RoomEvent) =>
  sender === userId && type === "m.room.message";
