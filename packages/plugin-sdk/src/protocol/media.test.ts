import { expect, test } from "vitest";
import { definePlugin, markdown, mention, type SendFileOptions } from "../index.ts";
import { createTestBot, type TestFile } from "../testing/index.ts";

const PICTURE = { type: "image/png", size: 500, width: 8, height: 4 };
const AUDIO = { type: "audio/ogg", size: 900, durationMs: 1_500 };

/** The event with which a file is sent. */
async function sent(file: TestFile, options: SendFileOptions = {}) {
  const plugin = definePlugin({
    setup(bot) {
      bot.hears("go", async (ctx) => ctx.sendFile(await bot.files.download("mxc://test/a"), options));
    },
  });
  const bot = await createTestBot(plugin, { download: () => file });
  const [answer] = await bot.receive("go");
  return { type: answer?.type, content: answer?.content, outcome: bot.outcome };
}

test.each([
  [PICTURE, "m.image", { mimetype: "image/png", size: 500, w: 8, h: 4 }],
  [AUDIO, "m.audio", { mimetype: "audio/ogg", size: 900, duration: 1_500 }],
  [
    { type: "video/mp4", size: 1, width: 2, height: 3, durationMs: 4 },
    "m.video",
    { w: 2, h: 3, duration: 4 },
  ],
  [{ type: "text/plain", size: 5 }, "m.file", { mimetype: "text/plain", size: 5 }],
])("a file is what its content is: %o", async (file, msgtype, info) => {
  const { type, content } = await sent(file, { name: "a" });
  expect(type).toBe("m.room.message");
  expect(content).toMatchObject({ msgtype, body: "a", filename: "a", url: "mxc://test/file1", info });
});

test("what the content says wins; what it does not say, the plugin may", async () => {
  const { content } = await sent(
    { type: "video/webm", size: 1, width: 2 },
    { width: 9, height: 3, durationMs: 7 },
  );
  expect(content?.info).toEqual({ mimetype: "video/webm", size: 1, w: 2, h: 3, duration: 7 });
});

test("a picture may be sent as a mere file, or as a sticker", async () => {
  expect((await sent(PICTURE, { as: "file" })).content).toMatchObject({ msgtype: "m.file", info: { w: 8 } });
  expect(await sent(PICTURE, { as: "sticker", caption: "A cat" })).toMatchObject({
    type: "m.sticker",
    content: { body: "A cat", url: "mxc://test/file1", info: { mimetype: "image/png", w: 8, h: 4 } },
  });
});

test("audio may be a voice message", async () => {
  expect((await sent(AUDIO, { as: "voice" })).content).toMatchObject({
    msgtype: "m.audio",
    "org.matrix.msc3245.voice": {},
    "org.matrix.msc1767.audio": { duration: 1_500 },
  });
});

test.each([
  ["voice", PICTURE, "A voice message is audio; this file is image/png."],
  ["sticker", AUDIO, "A sticker is a picture; this file is audio/ogg."],
] as const)("a %s is nothing else", async (as, file, message) => {
  expect((await sent(file, { as })).outcome?.error).toMatchObject({ code: "BAD_REQUEST", message });
});

test("a caption may be formatted, and mention somebody", async () => {
  const caption = markdown`**For** ${mention("@bob:test")}`;
  expect((await sent(PICTURE, { name: "a.png", caption, reply: true })).content).toMatchObject({
    body: "**For** @bob:test",
    filename: "a.png",
    format: "org.matrix.custom.html",
    formatted_body: '<strong>For</strong> <a href="https://matrix.to/#/@bob:test">@bob:test</a>',
    "m.mentions": { user_ids: ["@ada:test", "@bob:test"] },
  });
});

test("a file may be covered, with a word of what it is", async () => {
  const key = "page.codeberg.everypizza.msc4193.spoiler";
  expect((await sent(PICTURE, { spoiler: "blood" })).content).toMatchObject({
    ...{ [key]: true, [`${key}.reason`]: "blood" },
  });
  const bare = (await sent(PICTURE, { spoiler: true })).content ?? {};
  expect(Object.keys(bare).filter((name) => name.startsWith(key))).toEqual([key]);
  expect((await sent(PICTURE, { spoiler: false })).content).not.toHaveProperty([key]);
});

test("a place is on the map, or an error", async () => {
  const plugin = definePlugin({
    setup(bot) {
      bot.hears("right", (ctx) => ctx.sendLocation({ latitude: 52.5, longitude: -13, uncertainty: 10 }));
      bot.hears("nowhere", (ctx) => ctx.sendLocation({ latitude: 91, longitude: 0 }));
    },
  });
  const bot = await createTestBot(plugin);
  expect((await bot.receive("right here"))[0]?.content).toEqual({
    ...{ msgtype: "m.location", body: "52.5, -13", geo_uri: "geo:52.5,-13;u=10", "m.mentions": {} },
  });
  await bot.receive("nowhere");
  expect(bot.outcome?.error?.message).toContain("not 91, 0");
});
