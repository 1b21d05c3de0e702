import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { AppError } from "../../errors.ts";
import type { MadePreview } from "../../pictures/preview-frames.ts";
import { startHttpServer } from "../../testing/http-server.ts";
import { makePng, pictureNamed, withScans } from "../../testing/pictures.ts";
import { openTestScopes } from "../../testing/scopes.ts";

const BLURHASH = "xyz.amorgan.blurhash";
const blurhash = expect.stringMatching(/^.{28}$/);

const MADE: Record<string, () => Buffer> = {
  "bomb.png": () => makePng({ width: 50_000, height: 50_000 }),
  "slow.jpg": () => withScans(pictureNamed("progressive.jpg"), 50_000),
};

/** A bot that is answering, a CDN with pictures, and the real process that decodes them. */
async function setUp(options: { previewPatienceMs?: number } = {}) {
  const cdn = await startHttpServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    response.end(MADE[name]?.() ?? pictureNamed(name));
  });
  const scopes = await openTestScopes({ ...options, granted: { network: [cdn.host] } });
  const { call, deliver, ada, roomId, open, logs, directoryOf } = scopes;
  const scope = open.get("one")?.scope;
  if (!scope) throw new Error("The instance has no scope.");
  const delivery = deliver(await ada.say(roomId, "link"));
  return {
    ...{ ...scopes, scope, decoded: vi.spyOn(scope, "decodePicture") },
    uploads: vi.spyOn(scope.client, "mediaInTurn"),
    fetchFile: (name: string) => call("file.fetch", { url: `${cdn.url}/${name}` }),
    async send(file: unknown, more: object = {}) {
      const { eventId } = await call("file.send", { delivery, file, name: "a", ...more });
      const sent = (await ada.messages(roomId)).find((message) => message.eventId === eventId);
      return sent?.content.info as Record<string, unknown>;
    },
    held: () => readdirSync(join(directoryOf("one"), "files")),
    told: () => logs.lines("one").map(({ level, message }) => `${level}: ${message}`),
  };
}

test("a large picture is sent with a thumbnail and a blurhash, and nothing of it stays with the host", async () => {
  const { fetchFile, send, held } = await setUp();
  const { file } = await fetchFile("portrait.jpg");
  const info = await send(file);
  expect(info).toMatchObject({
    ...{ w: 1080, h: 1350, [BLURHASH]: blurhash, thumbnail_url: expect.stringMatching(/^mxc:/) },
    thumbnail_info: { mimetype: "image/jpeg", w: 480, h: 600, size: expect.any(Number) },
  });
  expect(held()).toEqual([file]);
});

test("a small picture is its own thumbnail", async () => {
  const { fetchFile, send } = await setUp();
  const info = await send((await fetchFile("square.png")).file);
  expect(info).toMatchObject({ [BLURHASH]: blurhash });
  expect(info).not.toHaveProperty("thumbnail_url");
});

test("a film has the blurhash of the thumbnail that the plugin gives, and none without", async () => {
  const { fetchFile, send } = await setUp();
  const [film, cover] = [await fetchFile("reel.mp4"), await fetchFile("portrait.jpg")];
  const info = await send(film.file, { thumbnail: cover.file });
  expect(info).toMatchObject({ [BLURHASH]: blurhash, thumbnail_info: { w: 1080, h: 1350 } });
  expect(await send(film.file)).not.toHaveProperty([BLURHASH]);
});

test("a plugin may want no thumbnail, or nothing at all, and a mere file has neither", async () => {
  const { fetchFile, send, decoded } = await setUp();
  const { file } = await fetchFile("portrait.jpg");
  const bare = { mimetype: "image/jpeg", w: 1080, h: 1350, size: expect.any(Number) };
  expect(await send(file, { preview: false })).toEqual(bare);
  expect(await send(file, { preview: false, thumbnail: file })).not.toHaveProperty([BLURHASH]);
  expect(await send(file, { kind: "file" })).toEqual(bare);
  expect(decoded).not.toHaveBeenCalled();
  expect(await send(file, { preview: "blurhash" })).toEqual({ ...bare, [BLURHASH]: blurhash });
});

test("a picture is decoded once, however often it is sent, and ahead where it is uploaded ahead", async () => {
  const { fetchFile, send, call, decoded } = await setUp();
  const { file } = await fetchFile("portrait.jpg");
  await call("file.upload", { file });
  expect(decoded).toHaveBeenCalledOnce();
  const [first, second] = [await send(file), await send(file)];
  expect(first).toHaveProperty("thumbnail_url");
  expect(second).toEqual(first);
  expect(decoded).toHaveBeenCalledOnce();
});

test("a picture that is not decoded is sent without, and the instance's log says why, once", async () => {
  const { fetchFile, send, told, decoded } = await setUp();
  const { file } = await fetchFile("bomb.png");
  const bare = { mimetype: "image/png", w: 50_000, h: 50_000, size: expect.any(Number) };
  expect(await send(file)).toEqual(bare);
  expect(await send(file)).toEqual(bare);
  expect(told()).toEqual([
    "debug: a is sent without a preview. It has 50000 × 50000 pixels; at most 25 million are decoded.",
  ]);
  expect(decoded).toHaveBeenCalledOnce();
});

test("a picture that takes long to decode holds up what is sent no longer than patience lasts", async () => {
  const { fetchFile, send, told, decoded, pictures } = await setUp({ previewPatienceMs: 0 });
  const { file } = await fetchFile("slow.jpg");
  const ended = vi.fn();
  decoded.mockImplementation((picture, isWanted) =>
    pictures.preview("plugin", picture, isWanted).finally(ended),
  );
  expect(await send(file)).not.toHaveProperty([BLURHASH]);
  expect(ended).not.toHaveBeenCalled();
  expect(told()).toEqual(["debug: a is sent without a preview. It was not ready in time."]);
  await pictures.close();
  await expect(decoded.mock.results[0]?.value).rejects.toThrow("The host stops.");
});

test("a preview that comes when nobody waits any more is not uploaded; the next time, its blurhash is there", async () => {
  const { fetchFile, send, call, decoded, uploads } = await setUp({ previewPatienceMs: 0 });
  const decoding = Promise.withResolvers<MadePreview>();
  decoded.mockReturnValue(decoding.promise);
  const [late, asFile] = [await fetchFile("portrait.jpg"), await fetchFile("portrait.jpg")];
  for (const { file } of [late, asFile]) await call("file.upload", { file });
  expect(await send(late.file)).not.toHaveProperty([BLURHASH]);
  await send(asFile.file, { kind: "file" });
  decoding.resolve({ blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", thumbnail: pictureNamed("square.png") });
  await decoding.promise;
  await expect.poll(() => send(late.file)).toHaveProperty([BLURHASH]);
  expect(await send(late.file)).not.toHaveProperty("thumbnail_url");
  expect(uploads).toHaveBeenCalledTimes(2);
});

test("a thumbnail takes none of the plugin's files", async () => {
  const { fetchFile, send, scope } = await setUp();
  const { file } = await fetchFile("portrait.jpg");
  const full = new AppError("LIMIT", "The plugin holds 200 files already; close some first.");
  vi.spyOn(scope.files, "add").mockRejectedValue(full);
  expect(await send(file)).toHaveProperty("thumbnail_url");
});

test("the pictures of a post that were uploaded ahead wait side by side, not one after the other", async () => {
  const hour = 3_600_000;
  const { fetchFile, send, call, decoded } = await setUp({ previewPatienceMs: hour });
  decoded.mockReturnValue(new Promise(() => undefined));
  const files = [await fetchFile("portrait.jpg"), await fetchFile("portrait.jpg")];
  for (const { file } of files) await call("file.upload", { file });
  const later = performance.now() + hour;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => later);
  try {
    for (const { file } of files) expect(await send(file)).not.toHaveProperty([BLURHASH]);
  } finally {
    clock.mockRestore();
  }
});

test("a thumbnail that cannot be kept takes nothing else along", async () => {
  const { fetchFile, send, scope, told } = await setUp();
  const { file } = await fetchFile("portrait.jpg");
  const full = { code: "ENOSPC", path: "/srv/rookery/a" };
  vi.spyOn(scope.files, "addOwn").mockRejectedValueOnce(Object.assign(new Error("no space at /srv"), full));
  const info = await send(file);
  expect(info).toMatchObject({ [BLURHASH]: blurhash });
  expect(info).not.toHaveProperty("thumbnail_url");
  expect(told()).toEqual([
    "debug: a is sent without a preview. Its thumbnail could not be uploaded: ENOSPC.",
  ]);
});

test("a preview that waits is wanted no more when its file is closed, nor when the instance stops", async () => {
  const { fetchFile, call, decoded, open, told } = await setUp();
  const turn = Promise.withResolvers<never>();
  decoded.mockImplementation(() => turn.promise);
  const [closed, kept] = [await fetchFile("portrait.jpg"), await fetchFile("square.png")];
  await call("file.upload", { file: closed.file });
  await call("file.upload", { file: kept.file });
  const wanted = () => decoded.mock.calls.map(([, isWanted]) => isWanted());
  expect(wanted()).toEqual([true, true]);
  await call("file.close", { file: closed.file });
  expect(wanted()).toEqual([false, true]);
  await open.get("one")?.dispose("It was stopped.");
  expect(wanted()).toEqual([false, false]);
  turn.reject(new Error("It was closed."));
  await Promise.allSettled(decoded.mock.results.map(({ value }) => value));
  expect(told()).toEqual([]);
});

test("pictures that are sent one after the other wait for late previews no longer than one would", async () => {
  const patienceMs = 1_000;
  const { fetchFile, send, decoded } = await setUp({ previewPatienceMs: patienceMs });
  decoded.mockReturnValue(new Promise(() => undefined));
  const pictures = [
    await fetchFile("portrait.jpg"),
    await fetchFile("square.png"),
    await fetchFile("landscape.webp"),
  ];
  const begin = performance.now();
  for (const { file } of pictures) expect(await send(file)).not.toHaveProperty([BLURHASH]);
  expect(performance.now() - begin).toBeLessThan(2 * patienceMs);
});
