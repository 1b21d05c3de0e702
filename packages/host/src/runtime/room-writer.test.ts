import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { HostMatrixClient } from "../matrix/client.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startHttpServer } from "../testing/http-server.ts";
import type { InFlight } from "./dispatcher.ts";
import { createRoomWriter } from "./room-writer.ts";

const never = new AbortController().signal;
const text = (body: string) => ({ msgtype: "m.text", body });

function deliveryIn(roomId: string, eventId = "$event"): InFlight {
  const entry = { instanceId: "one", id: 1, roomId, eventId, sender: "@ada:test", event: "{}" };
  const counts = { crashes: 0, attempts: 0, runAt: 0, run: 0 };
  return { entry: { ...entry, ...counts }, since: 0, writes: 0, calls: [], callsLeftOut: 0 };
}

/** A homeserver that answers when the test says so; it keeps what it was sent, in order. */
async function heldServer(signal = never, writesPerSecond = 1_000) {
  const held: { path: string; response: ServerResponse }[] = [];
  const { url } = await startHttpServer((request, response) => {
    request.resume();
    held.push({
      path: decodeURIComponent(request.url ?? "").replace("/_matrix/client/v3/rooms/", ""),
      response,
    });
  });
  const writer = createRoomWriter(
    "one",
    new HostMatrixClient(url, "token", createTestHttp()),
    signal,
    () => undefined,
    writesPerSecond,
  );
  const paths = () => held.map(({ path }) => path);
  const arrived = (count: number) => eventually(`${count} requests`, () => held.length >= count);
  function answer(index: number, status = 200, body: object = { event_id: `$${index}` }) {
    held[index]?.response.writeHead(status).end(JSON.stringify(body));
  }
  return { writer, paths, arrived, answer };
}

test("each write has the next number of its delivery, in the order in which they were asked for", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const delivery = deliveryIn("!a:test", "$e");
  const writes = [
    writer.send(delivery, "m.room.message", text("one")),
    writer.redact(delivery, "$old"),
    writer.send(delivery, "m.reaction", {}),
  ];
  for (let index = 0; index < 3; index++) {
    await arrived(index + 1);
    answer(index);
  }
  expect(await Promise.all(writes)).toEqual(["$0", "$1", "$2"]);
  expect(paths()).toEqual([
    "!a:test/send/m.room.message/rookery.one.$e.0",
    "!a:test/redact/$old/rookery.one.$e.1",
    "!a:test/send/m.reaction/rookery.one.$e.2",
  ]);
});

test("a slow first write holds up the room's others, and no other room's", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const [a, b] = [deliveryIn("!a:test"), deliveryIn("!b:test")];
  const first = writer.send(a, "m.room.message", text("one"));
  const second = writer.send(a, "m.room.message", text("two"));
  const other = writer.send(b, "m.room.message", text("three"));
  await arrived(2);
  answer(1);
  await other;
  expect(paths().map((path) => path.split("/")[0])).toEqual(["!a:test", "!b:test"]);
  answer(0);
  await first;
  await arrived(3);
  answer(2);
  await second;
  expect(paths()[2]).toContain("$event.1");
});

test("a write that the server puts off is repeated under its number before the next one goes out", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const delivery = deliveryIn("!a:test");
  const writes = [
    writer.send(delivery, "m.room.message", text("1")),
    writer.send(delivery, "m.room.message", text("2")),
  ];
  await arrived(1);
  answer(0, 429, { errcode: "M_LIMIT_EXCEEDED", error: "slow", retry_after_ms: 20 });
  await arrived(2);
  answer(1);
  await arrived(3);
  answer(2);
  await Promise.all(writes);
  expect(paths().map((path) => path.at(-1))).toEqual(["0", "0", "1"]);
});

test("a refused write does not keep the next one back", async () => {
  const { writer, arrived, answer } = await heldServer();
  const delivery = deliveryIn("!a:test");
  const refused = writer.send(delivery, "m.room.message", text("one"));
  const next = writer.send(delivery, "m.room.message", text("two"));
  await arrived(1);
  answer(0, 403, { errcode: "M_FORBIDDEN", error: "no" });
  await expect(refused).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
  await arrived(2);
  answer(1);
  expect(await next).toBe("$1");
});

test("content that is still being made keeps its number and its place", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const delivery = deliveryIn("!a:test");
  const upload = Promise.withResolvers<object>();
  const picture = writer.send(delivery, "m.room.message", upload.promise);
  const caption = writer.send(delivery, "m.room.message", text("after it"));
  upload.resolve(text("picture"));
  await arrived(1);
  answer(0);
  await arrived(2);
  answer(1);
  await Promise.all([picture, caption]);
  expect(paths().map((path) => path.at(-1))).toEqual(["0", "1"]);
});

test("content that could not be made fails its own write only, and is never nobody's failure", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const delivery = deliveryIn("!a:test");
  const first = writer.send(delivery, "m.room.message", text("one"));
  const broken = writer.send(delivery, "m.room.message", Promise.reject(new Error("too large")));
  const last = writer.send(delivery, "m.room.message", text("three"));
  await arrived(1);
  answer(0);
  await first;
  await expect(broken).rejects.toThrow("too large");
  await arrived(2);
  answer(1);
  await last;
  expect(paths().map((path) => path.at(-1))).toEqual(["0", "2"]);
});

test("after the instance was stopped nothing more goes out, not even what waited for its turn", async () => {
  const ending = new AbortController();
  const { writer, paths, arrived, answer } = await heldServer(ending.signal);
  const delivery = deliveryIn("!a:test");
  const writes = [
    writer.send(delivery, "m.room.message", text("1")),
    writer.send(delivery, "m.room.message", text("2")),
  ];
  await arrived(1);
  ending.abort(new Error("The instance was stopped."));
  answer(0, 429, { errcode: "M_LIMIT_EXCEEDED", error: "slow" });
  const [first, second] = await Promise.allSettled(writes);
  expect(first).toMatchObject({ status: "rejected", reason: { errcode: "M_LIMIT_EXCEEDED" } });
  expect(second).toMatchObject({ status: "rejected", reason: { message: "The instance was stopped." } });
  expect(paths()).toHaveLength(1);
});

test("a delivery that runs again repeats none of its messages, and the homeserver gives the first ones", async () => {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, http, "bot");
  const roomId = await bot.room();
  async function handle() {
    const writer = createRoomWriter("one", bot.client, never, () => undefined, 1_000);
    const delivery = deliveryIn(roomId);
    const sign = await writer.send(delivery, "m.room.message", text("working"));
    const answer = await writer.send(delivery, "m.room.message", text("done"));
    return [sign, answer, await writer.redact(delivery, sign)];
  }
  const first = await handle();
  expect(await handle()).toEqual(first);
  expect((await bot.messages(roomId)).map(({ body }) => body)).toEqual([undefined, "done"]);
});

test("a writer remembers what it sent, and counts it", async () => {
  const { writer, arrived, answer } = await heldServer();
  const sending = writer.send(deliveryIn("!a:test"), "m.room.message", text("hi"));
  await arrived(1);
  answer(0);
  const eventId = await sending;
  expect([writer.sent(eventId), writer.sent("$other")]).toEqual([true, false]);
  expect(writer.stats).toEqual({ sent: 1, lastAt: expect.any(Number) });
});

test("a delivery without a room of its own writes to several, each in order, numbered together", async () => {
  const { writer, paths, arrived, answer } = await heldServer();
  const run = deliveryIn("schedule:report", "$schedule:report:2026-01-01T09:00:00.000Z");
  const writes = [
    writer.send(run, "m.room.message", text("one"), "!a:test"),
    writer.send(run, "m.room.message", text("two"), "!b:test"),
    writer.redact(run, "$old", undefined, "!a:test"),
  ];
  await arrived(2);
  answer(0);
  answer(1);
  await arrived(3);
  answer(2);
  await Promise.all(writes);
  const id = "rookery.one.$schedule:report:2026-01-01T09:00:00.000Z";
  expect(paths()).toEqual([
    `!a:test/send/m.room.message/${id}.0`,
    `!b:test/send/m.room.message/${id}.1`,
    `!a:test/redact/$old/${id}.2`,
  ]);
});

test("no room gets more than its pace, in order; another room does not wait for it", async () => {
  const { writer, paths, arrived, answer } = await heldServer(never, 10);
  const begin = performance.now();
  const flood = deliveryIn("!a:test", "$e");
  const writes = Array.from({ length: 53 }, (_, n) => writer.send(flood, "m.room.message", text(`${n}`)));
  for (let n = 0; n < 50; n++) {
    await arrived(n + 1);
    answer(n);
  }
  const other = writer.send(deliveryIn("!b:test"), "m.room.message", text("hi"));
  await arrived(51);
  expect(paths()[50]).toContain("!b:test");
  for (let n = 50; n < 54; n++) {
    await arrived(n + 1);
    answer(n);
  }
  await Promise.all([...writes, other]);
  expect(performance.now() - begin).toBeGreaterThan(290);
  expect(paths().filter((path) => path.startsWith("!a:test"))).toEqual(
    writes.map((_, n) => `!a:test/send/m.room.message/rookery.one.$e.${n}`),
  );
});

test("a write that waits for its turn ends with its instance", async () => {
  const ending = new AbortController();
  const { writer, arrived, answer } = await heldServer(ending.signal, 0.1);
  const delivery = deliveryIn("!a:test");
  const first = writer.send(delivery, "m.room.message", text("one"));
  const waiting = writer.send(delivery, "m.room.message", text("two"));
  await arrived(1);
  answer(0);
  await first;
  ending.abort(new Error("The instance was stopped."));
  await expect(waiting).rejects.toThrow();
});
