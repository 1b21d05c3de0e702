import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EventStatus, type MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startEncryptedPerson } from "./crypto/encrypted-person.ts";
import { describeWith } from "./describe-with.ts";
import { type Case, casesAt, type Step } from "./instagram/cases.ts";
import { type AddedPost, type Instagram, startInstagram } from "./instagram/instagram.ts";
import { isYtDlpAvailable } from "./instagram/yt-dlp.ts";
import { createPerson, type Person } from "./matrix/person.ts";
import { startWatcher, type Watcher } from "./matrix/watcher.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "./synapse/synapse.ts";

// Parts of matrix-js-sdk use a logger of their own.
vi.spyOn(console, "debug").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});
vi.spyOn(console, "warn").mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

const BUNDLES = join(import.meta.dirname, "../packages/host/dist/bundles");
const bundle = (name: string) => readFile(join(BUNDLES, `${name}.mbp`));
const AT_ONCE = 6;
const MEGABYTE = 1024 * 1024;

/** Looks how much memory a process has, ten times a second, in MB. */
function watchMemory(pid: number): { end(): { before: number; most: number } } {
  const now = () => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kilobytes) / 1024);
  };
  const before = now();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, now());
  }, 100);
  return {
    end() {
      clearInterval(timer);
      return { before, most: Math.max(most, now()) };
    },
  };
}

/** One post's trouble is not the next one's here, and nobody is limited but where that is the test. */
const CONFIG = { timeoutSeconds: 6, pauseSeconds: 0, perPerson: 1000, perRoom: 1000 };

const MEDIA_CONFIG = { pauseSeconds: 0, perPerson: 1000, perRoom: 1000 };

describeWith([isSynapseAvailable(), isYtDlpAvailable()], "links in rooms of a real Synapse", () => {
  let synapse: Synapse;
  let instagram: Instagram;
  let rookery: Rookery;
  let watcher: Watcher;
  let ada: Person;
  let bob: Person;
  const bots: Record<string, string> = {};

  beforeAll(async () => {
    [synapse, instagram] = await Promise.all([
      startSynapse({ maxUploadBytes: 50 * MEGABYTE }),
      startInstagram(),
    ]);
    rookery = await startRookery({
      env: { ROOKERY_NETWORK_PROXY: instagram.proxyUrl, ROOKERY_NETWORK_CA_FILE: instagram.caFile },
    });
    const login = await synapse.registerUser("ada", "ada's password");
    ada = await createPerson(synapse.url, login);
    bob = await createPerson(synapse.url, await synapse.registerUser("bob", "bob's password"));
    watcher = await startWatcher(synapse.url, login);
    const { id: pluginId } = await rookery.addPlugin(await bundle("instagram"));
    const jar = [".instagram.com", "TRUE", "/", "TRUE", "2000000000", "sessionid", instagram.session].join(
      "\t",
    );
    await addBot("bot", pluginId, CONFIG);
    await addBot("friend", pluginId, { ...CONFIG, cookies: `# Netscape HTTP Cookie File\n${jar}\n` });
    const { id: mediaId } = await rookery.addPlugin(await bundle("media"));
    await addBot("media", mediaId, { ...MEDIA_CONFIG, sites: ["instagram.com"] });
    await addBot("crowded", pluginId, { ...CONFIG, perPerson: 6, perRoom: 10, timeoutSeconds: 60 });
  });

  afterAll(async () => {
    await watcher?.stop();
    await rookery?.dispose();
    await Promise.all([synapse?.dispose(), instagram?.close()]);
  });

  async function addBot(name: string, pluginId: string, config: Record<string, unknown>): Promise<void> {
    const { userId } = await synapse.registerUser(name, `${name}'s password`);
    bots[name] = userId;
    const { id: accountId } = await rookery.addAccount({
      ...{ homeserverUrl: synapse.url, username: name, password: `${name}'s password` },
    });
    await rookery.addInstance({ id: name, pluginId, accountId, config });
  }

  async function openRoom(botId: string, people: Person[] = []): Promise<string> {
    const roomId = await ada.createRoom([botId, ...people.map(({ userId }) => userId)]);
    for (const person of people) {
      await person.request("POST", `/_matrix/client/v3/join/${encodeURIComponent(roomId)}`, {});
    }
    await watcher.until(roomId, (events) =>
      events.some((event) => event.getStateKey() === botId && event.getContent().membership === "join"),
    );
    return roomId;
  }

  const isOf = (userId: string | undefined) => (event: MatrixEvent) => event.getSender() === userId;
  const isMessage = (event: MatrixEvent) => event.getType() === "m.room.message" && !event.isRedacted();

  /** Does what people do, and waits until the bot has nothing more to say about it. */
  async function play(
    roomId: string,
    botId: string,
    steps: Step[],
    command = "instagram",
  ): Promise<{ link: string; events: MatrixEvent[] }> {
    let link = "";
    /** A room's events are handled in order: what is answered after them is answered when they are over. */
    async function barrier(): Promise<MatrixEvent[]> {
      const asked = await ada.say(roomId, `!${command}`);
      return await watcher.until(roomId, (events) =>
        events.some((event) => isOf(botId)(event) && repliesTo(event) === asked),
      );
    }
    let events: MatrixEvent[] = [];
    for (const step of steps) {
      const person = "as" in step && step.as === "bob" ? bob : ada;
      if ("say" in step) {
        const root = step.inThread ? await ada.say(roomId, "a thread") : undefined;
        const content = {
          ...{ msgtype: step.notice ? "m.notice" : "m.text", body: step.say },
          ...(step.html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: step.html }),
          ...(root === undefined ? {} : { "m.relates_to": { rel_type: "m.thread", event_id: root } }),
        };
        const said = await person.send(roomId, "m.room.message", content);
        if (!step.say.startsWith("!")) link ||= said;
      } else if ("edit" in step) {
        await person.send(roomId, "m.room.message", {
          ...{ msgtype: "m.text", body: `* ${step.edit}` },
          "m.new_content": { msgtype: "m.text", body: step.edit },
          "m.relates_to": { rel_type: "m.replace", event_id: link },
        });
      } else if ("redact" in step) {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/redact/${encodeURIComponent(link)}/${link}`;
        await person.request("PUT", path, {});
      } else {
        const target = events.find((event) => isOf(botId)(event) && isMessage(event))?.getId();
        const relation = { rel_type: "m.annotation", event_id: target, key: step.react };
        await person.send(roomId, "m.reaction", { "m.relates_to": relation });
      }
      events = await barrier();
    }
    const status = new Set(events.filter((event) => repliesTo(event) !== link && isStatus(event)));
    return { link, events: events.filter((event) => !status.has(event)) };
  }

  const isStatus = (event: MatrixEvent) =>
    /^(Instagram links|Links to videos) are /.test(event.getContent().body ?? "");
  const relationOf = (event: MatrixEvent) =>
    event.getContent()["m.relates_to"] as
      | {
          rel_type?: string;
          event_id?: string;
          is_falling_back?: boolean;
          "m.in_reply_to"?: { event_id?: string };
        }
      | undefined;
  const repliesTo = (event: MatrixEvent) => relationOf(event)?.["m.in_reply_to"]?.event_id;

  /** As the cases write it. */
  function describeEvent(event: MatrixEvent, link: string): string {
    const { msgtype, body = "", filename, info, ...content } = event.getContent();
    const relation = relationOf(event);
    const isThread = relation?.rel_type === "m.thread";
    const isReply = repliesTo(event) === link && relation?.is_falling_back !== true;
    const isCovered = content["page.codeberg.everypizza.msc4193.spoiler"] === true;
    const text = String(body).replace(/\n+https:\S+ · \d{4}-\d\d-\d\d/, "");
    const isMedia = msgtype === "m.image" || msgtype === "m.video";
    const marks = `${isReply && isMedia ? "↩" : ""}${isThread ? "#" : ""}${isCovered ? "▒" : ""}`;
    if (!isMedia) return `${marks}${text}`;
    const seconds = info?.duration ? ` ${Math.round(info.duration / 1000)} s` : "";
    const caption = body === filename ? "" : ` "${text}"`;
    return `${marks}${msgtype === "m.video" ? "video" : "picture"} ${info?.w}×${info?.h}${seconds}${caption}`;
  }

  async function check({ steps, shows, files, bot = "bot" }: Case, roomId: string): Promise<string[]> {
    const botId = bots[bot] ?? "";
    const { link, events } = await play(roomId, botId, steps, bot === "media" ? "media" : "instagram");
    const said = events.filter(isOf(botId));
    const messages = said.filter(isMessage);
    const arrived = messages.map((event) => describeEvent(event, link));
    expect(arrived).toEqual(
      shows.map((line) => (typeof line === "string" ? line : expect.stringMatching(line))),
    );
    // The sign of progress is gone, and everything arrived.
    expect(
      said.filter(
        (event) =>
          event.getType() === "m.reaction" &&
          !event.isRedacted() &&
          relationOf(event)?.["event_id" as never] !== undefined &&
          keyOf(event) === "⏳",
      ),
    ).toEqual([]);
    expect(messages.every(({ status }) => status === null || status === EventStatus.SENT)).toBe(true);
    const media = messages.filter((event) => event.getContent().url);
    for (const [n, file] of (files ?? []).entries()) {
      const { url, info } = media[n]?.getContent() ?? {};
      expect(info).toMatchObject({ mimetype: file.mimetype, size: file.bytes.length });
      expect(await ada.download(url)).toEqual(file.bytes);
    }
    return arrived;
  }
  const keyOf = (event: MatrixEvent) => (relationOf(event) as { key?: string } | undefined)?.key;

  it("shows each kind, each failure and each setting as it should", { timeout: 180_000 }, async () => {
    const cases = casesAt(instagram);
    expect(cases.length).toBeGreaterThanOrEqual(40);
    const lines: string[] = [];
    const waiting = [...cases];
    const failures: unknown[] = [];
    async function work(): Promise<void> {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        try {
          const roomId = await openRoom(bots[next.bot ?? "bot"] ?? "", [bob]);
          const arrived = await check(next, roomId);
          const short = arrived.map((line) => line.replaceAll("\n", " ").slice(0, 70));
          lines.push(
            `${next.what.padEnd(45)} ${short.length === 0 ? "—" : short.slice(0, 2).join(" | ")}${short.length > 2 ? ` … (${short.length})` : ""}`,
          );
        } catch (error) {
          failures.push(new Error(`${next.what}: ${(error as Error).message}`, { cause: error }));
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.log(`${lines.length} cases\n${lines.join("\n")}`);
    if (failures.length > 0)
      throw new AggregateError(failures, failures.map((each) => (each as Error).message).join("\n"));
  });

  it("shows all of twelve with a thumbnail or a blurhash at once, where it has the machine to itself", async () => {
    const post = instagram.addCarousel(
      Array.from({ length: 12 }, (_, n) => (n % 3 === 1 ? "video" : "picture")),
    );
    const botId = bots.bot ?? "";
    const { events } = await play(await openRoom(botId), botId, [{ say: post.url }]);
    const media = events.filter((event) => isOf(botId)(event) && event.getContent().url);
    expect(media).toHaveLength(12);
    for (const event of media) {
      const { info } = event.getContent();
      expect(info).toHaveProperty(["xyz.amorgan.blurhash"]);
      if (info.size > 100_000) expect(info.thumbnail_url).toMatch(/^mxc:/);
    }
  });

  it("shows a post in an encrypted room: its pictures, films and thumbnails are encrypted", async () => {
    const eve = await startEncryptedPerson(synapse.url, await synapse.registerUser("eve", "eve's password"));
    const roomId = await eve.roomWith(bots.bot ?? "", { algorithm: "m.megolm.v1.aes-sha2" });
    const post = instagram.addCarousel(["picture", "video", "picture"]);
    // Shown in a room in the clear before: nothing of that is sent here.
    await play(await openRoom(bots.bot ?? ""), bots.bot ?? "", [{ say: post.url }]);
    await eve.client.sendTextMessage(roomId, post.url);
    const { length } = post.files;
    const media = (event: MatrixEvent) => event.getSender() === bots.bot && event.getContent().file;
    const found: MatrixEvent[] = [];
    while (found.length < length) {
      found.push(await eve.finds(roomId, (event) => media(event) && !found.includes(event)));
    }
    for (const [n, { mimetype, bytes }] of post.files.entries()) {
      const { file, url, info } = found[n]?.getContent() ?? {};
      expect([url, info.thumbnail_url]).toEqual([undefined, undefined]);
      expect(info).toMatchObject({ mimetype, size: bytes.length });
      expect((await eve.opens(file)).bytes.equals(bytes)).toBe(true);
      if (info.thumbnail_file)
        expect((await eve.opens(info.thumbnail_file)).bytes.length).toBeGreaterThan(100);
    }
    expect(found.some((event) => event.getContent().info.thumbnail_file)).toBe(true);
    expect(eve.undecryptable(roomId)).toEqual([]);
    await eve[Symbol.asyncDispose]();
  });

  it("answers rightly, in flat memory, to what is made to fill it", { timeout: 60_000 }, async () => {
    const botId = bots.bot ?? "";
    const peak = watchMemory(rookery.pid);
    const shows = (post: AddedPost, pattern: RegExp): Case => ({
      ...{ what: post.url, steps: [{ say: post.url }], shows: [pattern] },
    });
    const large = 400 * MEGABYTE;
    const cases = [
      shows(instagram.addTooLarge(large), /^↩picture .*Too large to post here \(400 MB\)/s),
      shows(instagram.addTooLarge(large, { declared: false }), /^↩picture .*\(over 50 MB\)/s),
      shows(instagram.addTooLarge(large, { declared: false }), /^↩picture .*\(over 50 MB\)/s),
      shows(instagram.addTooSlow("trickle", "file"), /too slow/),
      shows(instagram.addHtmlAsVideo(), /no picture and no video/),
    ];
    const rooms = await Promise.all(cases.map(() => openRoom(botId)));
    await Promise.all(cases.map((one, n) => check(one, rooms[n] ?? "")));
    const { before, most } = peak.end();
    console.log(`The host had ${before} MB before, ${most} MB at most.`);
    expect(most - before).toBeLessThan(60);
  });

  it("answers or refuses each of 200 links from 20 people in 10 rooms, once", {
    timeout: 120_000,
  }, async () => {
    const botId = bots.crowded ?? "";
    const posts = Array.from({ length: 25 }, () => instagram.addPost({ picture: "square.png" }));
    const people = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        createPerson(synapse.url, await synapse.registerUser(`person${n}`, "a password")),
      ),
    );
    const rooms = await Promise.all(
      Array.from({ length: 10 }, (_, n) => openRoom(botId, people.slice(2 * n, 2 * n + 2))),
    );
    const links = new Map<string, string>();
    await Promise.all(
      people.map(async (person, n) => {
        const roomId = rooms[Math.floor(n / 2)] ?? "";
        for (let link = 0; link < 10; link++) {
          const { url } = posts[(n * 10 + link) % posts.length] as AddedPost;
          links.set(await person.say(roomId, url), roomId);
        }
      }),
    );
    let [shown, refused] = [0, 0];
    for (const roomId of rooms) {
      const asked = await ada.say(roomId, "!instagram");
      const events = await watcher.until(roomId, (all) =>
        all.some((event) => isOf(botId)(event) && repliesTo(event) === asked),
      );
      for (const [link, of] of links) {
        if (of !== roomId) continue;
        const answers = events.filter(
          (event) => isOf(botId)(event) && isMessage(event) && repliesTo(event) === link,
        );
        expect(answers).toHaveLength(1);
        const { msgtype, body } = answers[0]?.getContent() ?? {};
        if (msgtype === "m.image") shown += 1;
        else {
          expect(body).toMatch(
            /^That is more than (6 posts from you|10 posts in this room) in ten minutes; I go on in \d+ minutes\.$/,
          );
          refused += 1;
        }
      }
    }
    expect([shown, refused]).toEqual([100, 100]);
  });

  it("leaves no file behind", async () => {
    for (const name of ["bot", "friend", "crowded", "media"]) {
      const folder = join(rookery.dataDir, "instances", name);
      const entries = await readdir(folder);
      expect(entries.filter((entry) => entry.startsWith("run-"))).toEqual([]);
      expect(entries.includes("files") ? await readdir(join(folder, "files")) : []).toEqual([]);
    }
  });
});
