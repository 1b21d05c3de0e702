import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "./describe-with.ts";
import { type AddedPost, type Instagram, startInstagram } from "./instagram/instagram.ts";
import { isYtDlpAvailable } from "./instagram/yt-dlp.ts";
import { createPerson, type Person, type RoomEvent } from "./matrix/person.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "./synapse/synapse.ts";

const BUNDLES = join(import.meta.dirname, "../packages/host/dist/bundles");
const bundle = (name: string) => readFile(join(BUNDLES, `${name}.mbp`));

describeWith(
  [isSynapseAvailable(), isYtDlpAvailable()],
  "a link pasted into a room of a real Synapse",
  () => {
    let synapse: Synapse;
    let instagram: Instagram;
    let rookery: Rookery;
    let ada: Person;
    let roomId: string;
    let botId: string;

    beforeAll(async () => {
      [synapse, instagram] = await Promise.all([startSynapse(), startInstagram({ delayMs: 300 })]);
      rookery = await startRookery({
        env: { ROOKERY_NETWORK_PROXY: instagram.proxyUrl, ROOKERY_NETWORK_CA_FILE: instagram.caFile },
      });
      ada = await createPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
      await synapse.registerUser("bot", "the bot's password");
      const account = await rookery.addAccount({
        homeserverUrl: synapse.url,
        username: "bot",
        password: "the bot's password",
      });
      botId = account.userId;
      await rookery.addPlugin(await bundle("hello"));
      const { id: pluginId } = await rookery.addPlugin(await bundle("instagram"));
      await rookery.addInstance({ id: "hello", pluginId: "org.rookery.hello", accountId: account.id });
      await rookery.addInstance({
        id: "instagram",
        pluginId,
        accountId: account.id,
        config: { caption: "full" },
      });
      roomId = await ada.createRoom([botId]);
      await ada.joined(roomId, botId);
    });

    afterAll(async () => {
      await rookery?.dispose();
      await Promise.all([synapse?.dispose(), instagram?.close()]);
    });

    /** Pastes a link and waits for `count` messages of the bot that came after it. */
    async function paste(
      text: string,
      count: number,
    ): Promise<{ answers: RoomEvent[]; linkId: string; ms: number }> {
      const start = performance.now();
      const linkId = await ada.say(roomId, text);
      const answersIn = (events: RoomEvent[]) => {
        const at = events.findIndex((event) => event.event_id === linkId);
        return at === -1
          ? []
          : events.slice(at).filter(({ sender, type }) => sender === botId && type === "m.room.message");
      };
      const events = await ada.until(roomId, (seen) => answersIn(seen).length >= count);
      return { answers: answersIn(events), linkId, ms: Math.round(performance.now() - start) };
    }

    async function expectMedia(
      event: RoomEvent | undefined,
      file: AddedPost["files"][number],
    ): Promise<void> {
      const kind = file.mimetype.startsWith("video/") ? "m.video" : "m.image";
      expect(event?.content.msgtype).toBe(kind);
      expect(event?.content.info).toMatchObject({
        mimetype: file.mimetype,
        size: file.bytes.length,
        w: file.width,
        h: file.height,
        ...(file.duration > 0 ? { duration: expect.closeTo(file.duration * 1000, -3) } : {}),
      });
      expect(await ada.download(event?.content.url)).toEqual(file.bytes);
    }

    it("answers !hello", async () => {
      const { answers, linkId } = await paste("!hello", 1);
      expect(answers[0]?.content.body).toBe("Hello, ada!");
      expect(answers[0]?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: linkId } });
    });

    it("shows a reel with caption, dimensions, duration and thumbnail within 5 s, as a reply", async () => {
      const post = instagram.addReel({ caption: "A long way down", username: "rook" });
      const { answers, linkId, ms } = await paste(`look: ${post.url}?igsh=abc`, 1);
      console.log(`reel with 300 ms per request: ${ms} ms`);
      expect(ms).toBeLessThan(5_000);
      await expectMedia(answers[0], post.files[0] as AddedPost["files"][number]);
      expect(answers[0]?.content.body).toContain("A long way down");
      expect(answers[0]?.content.body).toContain("rook");
      expect(answers[0]?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: linkId } });
      expect(answers[0]?.content.info.thumbnail_url).toMatch(/^mxc:/);
      expect(answers[0]?.content.info).toHaveProperty(["xyz.amorgan.blurhash"]);
    });

    it("shows a picture post with a thumbnail and a blurhash within 5 s", async () => {
      const post = instagram.addPost({ caption: "Hills" });
      const { answers, ms } = await paste(post.url, 1);
      console.log(`picture with 300 ms per request: ${ms} ms`);
      expect(ms).toBeLessThan(5_000);
      await expectMedia(answers[0], post.files[0] as AddedPost["files"][number]);
      const { info } = answers[0]?.content ?? {};
      expect(info).toMatchObject({
        "xyz.amorgan.blurhash": expect.any(String),
        thumbnail_info: { w: 480, h: 600 },
      });
      expect(await ada.download(info.thumbnail_url)).toHaveLength(info.thumbnail_info.size);
    });

    it("shows a mixed carousel of 12 within 5 s, all items in order", async () => {
      const kinds = Array.from(
        { length: 12 },
        (_, index) => (index % 3 === 1 ? "video" : "picture") as "video" | "picture",
      );
      const post = instagram.addCarousel(kinds, { caption: "Twelve of them" });
      const { answers, linkId, ms } = await paste(post.url, 12);
      const previewed = answers.filter(({ content }) => content.info["xyz.amorgan.blurhash"]).length;
      console.log(`carousel of 12 with 300 ms per request: ${ms} ms, ${previewed} with a blurhash`);
      expect(ms).toBeLessThan(5_000);
      expect(answers).toHaveLength(12);
      for (const [index, file] of post.files.entries()) await expectMedia(answers[index], file);
      expect(answers[0]?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: linkId } });
    });

    it("shows ⏳ while it works, and takes it away", async () => {
      const post = instagram.addPost();
      const { linkId } = await paste(post.url, 1);
      const isSign = ({ type, content }: RoomEvent) =>
        type === "m.reaction" &&
        content["m.relates_to"]?.event_id === linkId &&
        content["m.relates_to"]?.key === "⏳";
      const events = await ada.until(roomId, (seen) => {
        const sign = seen.find(isSign);
        return seen.some(
          ({ type, content, redacts }) =>
            type === "m.room.redaction" && (redacts ?? content.redacts) === sign?.event_id,
        );
      });
      expect(events.some(isSign)).toBe(true);
    });

    it.each([
      ["private", () => instagram.addPrivate(), /private or needs a login/],
      ["deleted", () => instagram.addDeleted(), /deleted or never existed/],
      ["rate-limited by asking to log in", () => instagram.addRateLimited("login"), /limiting us/],
      ["rate-limited by a 429", () => instagram.addRateLimited("429"), /limiting us/],
      [
        "restricted, in Instagram's own words",
        () => instagram.addRestricted("Only in Atlantis"),
        /Only in Atlantis/,
      ],
      ["an HTML page that calls itself a video", () => instagram.addHtmlAsVideo(), /no picture and no video/],
      ["too slow: the page trickles", () => instagram.addTooSlow("trickle"), /too slow/],
      ["too slow: the page never answers", () => instagram.addTooSlow("silent"), /too slow/],
    ])("says so when a post is %s, and goes on", async (_kind, add, sentence) => {
      const { answers, ms } = await paste(add().url, 1);
      expect(answers[0]?.content.body).toMatch(sentence);
      expect(ms).toBeLessThan(5_000);
      const next = await paste("!hello", 1);
      expect(next.answers[0]?.content.body).toBe("Hello, ada!");
    });

    it.each([true, false])(
      "shows cover, size and link when the video is too large (length declared: %s)",
      async (declared) => {
        const post = instagram.addTooLarge(60 * 1024 * 1024, { declared });
        const { answers, ms } = await paste(post.url, 1);
        expect(ms).toBeLessThan(5_000);
        expect(answers[0]?.content.body).toMatch(/Too large/);
        expect(answers[0]?.content).toMatchObject({ msgtype: "m.image" });
        expect(answers[0]?.content.body).toMatch(
          declared ? /Too large to post here \(60 MB\)/ : /Too large to post here \(over 50 MB\)/,
        );
        expect(answers[0]?.content.body).toContain(post.url);
      },
    );
  },
);
