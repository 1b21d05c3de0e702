import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ProgramConfig } from "../../config/config.ts";
import { startHttpServer } from "../../testing/http-server.ts";
import { openTestScopes } from "../../testing/scopes.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../../../test/instagram/fixtures/${name}`, import.meta.url));

/** A CDN with a picture and a film, granted to the instances. */
async function setUp(programs?: Record<string, ProgramConfig>) {
  const cdn = await startHttpServer((request, response) => {
    const [, name = "", declared] = (request.url ?? "").split("/");
    if (name === "gone") return response.writeHead(404).end("no");
    if (name === "broken") return response.writeHead(200).write("half", () => response.destroy());
    if (name === "slow") return response.writeHead(200).flushHeaders();
    const bytes = fixture(name);
    response.writeHead(200, declared ? { "content-length": bytes.length } : {}).end(bytes);
  });
  const scopes = await openTestScopes({
    granted: { network: [cdn.host], programs: Object.keys(programs ?? {}) },
    ...(programs ? { programs } : {}),
  });
  const fetchFile = (path: string, more: object = {}) =>
    scopes.call("file.fetch", { url: `${cdn.url}/${path}`, ...more });
  const held = () => readdirSync(join(scopes.directoryOf("one"), "files"));
  return { ...scopes, cdn, fetchFile, held };
}

test("a file that was fetched stays with the host, and the plugin learns what it is", async () => {
  const { fetchFile, held } = await setUp();
  const size = fixture("portrait.jpg").length;
  const info = { file: expect.any(String), size, type: "image/jpeg", width: 1080, height: 1350 };
  expect(await fetchFile("portrait.jpg")).toEqual(info);
  expect(held()).toHaveLength(1);
});

test("a file that is too large is refused, whether its length was told or not, and nothing of it stays", async () => {
  const { fetchFile, held } = await setUp();
  for (const path of ["reel.mp4", "reel.mp4/declared"]) {
    await expect(fetchFile(path, { maxBytes: 1_000 })).rejects.toMatchObject({ code: "TOO_LARGE" });
  }
  await fetchFile("square.png");
  expect(held()).toHaveLength(1);
});

test("an error of the server, a break and a deadline are told apart, and leave nothing behind", async () => {
  const { fetchFile, held, unexpected } = await setUp();
  await expect(fetchFile("gone")).rejects.toMatchObject({
    ...{ code: "HTTP_STATUS", message: expect.stringContaining("HTTP 404") },
  });
  await expect(fetchFile("broken")).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await expect(fetchFile("slow", { timeoutMs: 100 })).rejects.toMatchObject({ code: "DEADLINE" });
  expect(held()).toEqual([]);
  expect(unexpected).toEqual([]);
});

test("a file is sent as what its content is, with all that a client wants to know", async () => {
  const { fetchFile, call, deliver, ada, roomId } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  const film = await fetchFile("reel.mp4");
  const cover = await fetchFile("portrait-small.jpg");
  const relatesTo = { "m.in_reply_to": { event_id: "$link" } };
  const { eventId } = await call("file.send", {
    ...{ delivery, file: film.file, name: "reel.mp4", caption: "Look!", thumbnail: cover.file, relatesTo },
    // What the content says wins.
    ...{ width: 1, height: 1 },
  });
  const sent = (await ada.messages(roomId)).find((message) => message.eventId === eventId);
  const size = fixture("reel.mp4").length;
  expect(sent?.content).toMatchObject({
    ...{ msgtype: "m.video", body: "Look!", filename: "reel.mp4", url: expect.stringMatching(/^mxc:/) },
    info: {
      ...{ mimetype: "video/mp4", size, w: 360, h: 640, duration: expect.closeTo(2_000, -2) },
      ...{
        thumbnail_url: expect.stringMatching(/^mxc:/),
        thumbnail_info: { mimetype: "image/jpeg", w: 160, h: 200 },
      },
    },
    "m.relates_to": relatesTo,
  });
  expect(sent?.content.info).not.toMatchObject({ thumbnail_url: sent?.content.url });
});

test("a file is uploaded once, however often it is sent", async () => {
  const { fetchFile, call, deliver, ada, roomId } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  const { file } = await fetchFile("square.png");
  const { mxc } = await call("file.upload", { file });
  await call("file.send", { delivery, file, name: "a.png" });
  await call("file.send", { delivery, file, name: "a.png" });
  const urls = (await ada.messages(roomId)).flatMap(({ content }) => (content.url ? [content.url] : []));
  expect(urls).toEqual([mxc, mxc]);
});

test("a delivery that runs again after its worker died shows its files once, though each run uploads them", async () => {
  const { fetchFile, call, deliver, ada, roomId, dispatcher } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  async function handle() {
    const { file } = await fetchFile("square.png");
    const { mxc } = await call("file.upload", { file });
    await call("typing.set", { delivery, timeoutMs: 1_000 });
    await call("receipt.send", { delivery });
    return { mxc, ...(await call("file.send", { delivery, file, name: "a.png" })) };
  }
  const first = await handle();
  dispatcher.lost("one", "Its worker failed: no.");
  const again = {
    run: () => undefined,
    abort: () => undefined,
    senderName: () => null,
    isTooOld: () => false,
  };
  dispatcher.attach("one", "plugin", again);
  const second = await handle();

  expect(second).toMatchObject({ eventId: (first as { eventId?: string }).eventId });
  expect(second.mxc).not.toBe(first.mxc);
  const pictures = (await ada.messages(roomId)).flatMap(({ content }) => (content.url ? [content.url] : []));
  expect(pictures).toEqual([first.mxc]);
});

test("files that are sent side by side have their places, however long each takes to upload", async () => {
  const { fetchFile, call, deliver, ada, roomId } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  const [film, picture] = [await fetchFile("reel.mp4"), await fetchFile("square.png")];
  await call("file.upload", { file: picture.file });
  await Promise.all([
    call("file.send", { delivery, file: film.file, name: "first" }),
    call("file.send", { delivery, file: picture.file, name: "second" }),
    call("event.send", { delivery, type: "m.room.message", content: { msgtype: "m.text", body: "third" } }),
  ]);
  expect((await ada.messages(roomId)).map(({ body }) => body)).toEqual(["link", "first", "second", "third"]);
});

test("what somebody sent is downloaded to a handle", async () => {
  const { call, ada, homeserver } = await setUp();
  const upload = await fetch(`${homeserver.url}/_matrix/media/v3/upload`, {
    ...{ method: "POST", body: fixture("square.png") },
    headers: { authorization: `Bearer ${ada.accessToken}`, "content-type": "text/plain" },
  });
  const { content_uri: mxc } = (await upload.json()) as { content_uri: string };
  const info = { file: expect.any(String), type: "image/png", width: 320, height: 320 };
  expect(await call("file.download", { mxc })).toMatchObject(info);
  await expect(call("file.download", { mxc, maxBytes: 10 })).rejects.toMatchObject({ code: "TOO_LARGE" });
});

test("a closed file, and another instance's, cannot be sent or uploaded", async () => {
  const { fetchFile, call, deliver, ada, roomId, held } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  const { file } = await fetchFile("square.png");
  await expect(call("file.upload", { file }, "two")).rejects.toMatchObject({ code: "NO_SUCH_FILE" });
  await call("file.close", { file }, "two");
  expect(held()).toHaveLength(1);
  await call("file.close", { file });
  expect(held()).toEqual([]);
  await expect(call("file.upload", { file })).rejects.toMatchObject({ code: "NO_SUCH_FILE" });
  await expect(call("file.send", { delivery, file, name: "a" })).rejects.toMatchObject({
    code: "NO_SUCH_FILE",
  });
});

test("what was sent is told, so that it can be sent again from the homeserver's own copy", async () => {
  const { call, fetchFile, deliver, ada, roomId } = await setUp();
  const delivery = deliver(await ada.say(roomId, "link"));
  const { file } = await fetchFile("portrait.jpg");
  const sent = await call("file.send", { delivery, file, name: "a.jpg" });
  const message = (await ada.messages(roomId)).find(({ eventId }) => eventId === sent.eventId);
  const { url, info } = (message?.content ?? {}) as { url: string; info: Record<string, unknown> };
  expect(sent.media).toMatchObject({
    ...{ url, type: "image/jpeg", width: 1080, height: 1350, blurhash: info["xyz.amorgan.blurhash"] },
    thumbnail: { url: info.thumbnail_url, type: "image/jpeg", width: 480, height: 600 },
  });
  // Where the host keeps it is nobody's business.
  const told = ["size", "type", "width", "height", "url", "thumbnail", "blurhash"];
  expect(Object.keys(sent.media as object)).toEqual(told);
});

test("in an encrypted room nothing can be sent a second time", async () => {
  const { call, fetchFile, deliver, ada, roomId } = await setUp();
  const content = { algorithm: "m.megolm.v1.aes-sha2" };
  await ada.client.sendStateEvent(roomId, "m.room.encryption", "", content);
  const delivery = deliver(await ada.say(roomId, "link"));
  const { file } = await fetchFile("square.png");
  expect(await call("file.send", { delivery, file, name: "a.png" })).toMatchObject({ media: null });
  expect(await call("room.encrypted", { delivery })).toEqual({ encrypted: true });
});

test("the homeserver's upload limit is asked for once", async () => {
  const { call, open } = await setUp();
  const scope = open.get("one")?.scope;
  const asked = scope && vi.spyOn(scope.client, "doRequest");
  const [first, second] = [await call("file.limit", {}), await call("file.limit", {})];
  expect(first).toEqual({ bytes: expect.any(Number) });
  expect(second).toEqual(first);
  expect(asked).toHaveBeenCalledOnce();
});

test("a program is handed a held file, and what it makes is held; a link that it makes is not", async () => {
  const script = "head -c 8 in > out; ln -s /etc/hostname link; mkfifo pipe";
  const cut = {
    ...{ path: "/bin/sh", always: ["-c", script, "sh"], options: {}, operands: [], env: {}, files: true },
  };
  const { call, fetchFile, held } = await setUp({ cut });
  const { file } = await fetchFile("portrait.jpg");
  const run = { name: "cut", args: ["in"], timeoutMs: 5_000, maxOutputBytes: 1_000 };
  const files = { in: { file }, note: { text: "hi" } };
  const collect = ["out", "link", "pipe", "none"];
  const ended = await call("program.run", { ...run, files, collect });
  expect(ended).toMatchObject({ exitCode: 0, files: { out: { size: 8, file: expect.any(String) } } });
  expect(Object.keys(ended.files as object)).toEqual(["out"]);
  expect(held()).toHaveLength(2);

  await expect(call("program.run", { ...run, files: { in: { file: "another's" } } })).rejects.toMatchObject({
    code: "NO_SUCH_FILE",
  });
  for (const name of ["../in", "-o", ".hidden", "a/b"]) {
    await expect(call("program.run", { ...run, files: { [name]: { text: "" } } })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  }
});
