import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { MatrixError } from "matrix-bot-sdk";
import { expect, onTestFinished, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { HostMatrixClient } from "./client.ts";

async function setUp() {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver();
  const ada = await register(homeserver, http, "ada");
  return { http, homeserver, ada, roomId: await ada.room() };
}

/** A server that answers as told. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an event that is sent again under its transaction ID stays one event", async () => {
  const { ada, roomId } = await setUp();
  const content = { msgtype: "m.text", body: "once" };
  const first = await ada.client.putEvent(roomId, "m.room.message", "txn1", content);
  const second = await ada.client.putEvent(roomId, "m.room.message", "txn1", content);
  const other = await ada.client.putEvent(roomId, "m.room.message", "txn2", content);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(await ada.messages(roomId)).toHaveLength(2);
});

test("a redaction that is sent again under its transaction ID stays one redaction", async () => {
  const { ada, roomId } = await setUp();
  const eventId = await ada.say(roomId, "secret");
  const first = await ada.client.putRedaction(roomId, eventId, "txn1", "too much");
  expect(await ada.client.putRedaction(roomId, eventId, "txn1", "too much")).toBe(first);
  expect(await ada.messages(roomId)).toMatchObject([{ eventId, content: {} }]);
});

test("names that are no plain text of a URL arrive as they are", async () => {
  const { ada, roomId } = await setUp();
  const eventId = await ada.client.putEvent(roomId, "org.example/ä %2F?#", "txn/ä?#", { a: 1 });
  expect(await ada.client.getEvent(roomId, eventId)).toMatchObject({ type: "org.example/ä %2F?#" });
});

test("a refusal is a MatrixError with the homeserver's code and words", async () => {
  const { homeserver, http, ada, roomId } = await setUp();
  const stranger = await register(homeserver, http, "eve");
  const answer = stranger.say(roomId, "hi");
  await expect(answer).rejects.toBeInstanceOf(MatrixError);
  await expect(answer).rejects.toMatchObject({ errcode: "M_FORBIDDEN", statusCode: 403 });
  expect(await ada.messages(roomId)).toEqual([]);
});

test.each([
  ["retry_after_ms in the body", {}, { errcode: "M_LIMIT_EXCEEDED", error: "slow", retry_after_ms: 1500 }],
  ["a Retry-After header", { "retry-after": "1.5" }, { errcode: "M_LIMIT_EXCEEDED", error: "slow" }],
])("a rate limit says how long, by %s", async (_what, headers, body) => {
  const url = await serve((_request, response) => response.writeHead(429, headers).end(JSON.stringify(body)));
  const client = new HostMatrixClient(url, "token", createTestHttp());
  await expect(client.putEvent("!a:b", "m.room.message", "t", {})).rejects.toMatchObject({
    ...{ errcode: "M_LIMIT_EXCEEDED", statusCode: 429, retryAfterMs: 1500 },
  });
});

test("an answer that is no Matrix error asks whether it is a homeserver", async () => {
  const url = await serve((_request, response) => response.writeHead(502).end("<html>Bad Gateway"));
  const client = new HostMatrixClient(url, "token", createTestHttp());
  await expect(client.getWhoAmI()).rejects.toMatchObject({
    ...{
      statusCode: 502,
      errcode: "M_UNKNOWN",
      error: expect.stringContaining(`${url} answered with HTTP 502`),
    },
  });
});

test("a homeserver that accepts and does not answer is unreachable after the deadline", async () => {
  const url = await serve(() => undefined);
  const client = new HostMatrixClient(url, "token", createTestHttp());
  await expect(client.doRequest("GET", "/slow", null, null, 200)).rejects.toMatchObject({
    code: "HOMESERVER_UNREACHABLE",
  });
});

test("content that JSON cannot say is refused before anything is sent", async () => {
  const client = new HostMatrixClient("http://127.0.0.1:1", "token", createTestHttp());
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const content of [cycle, { n: 1n }]) {
    await expect(client.putEvent("!a:b", "m.x", "t", content)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  }
});

test("a client that asks for a thousand things at once leaves the homeserver's connections to others", async () => {
  let waiting = 0;
  let most = 0;
  const answer: (() => void)[] = [];
  const url = await serve((_request, response) => {
    most = Math.max(most, ++waiting);
    answer.push(() => {
      waiting--;
      response.end("{}");
    });
    // The first ones are held until more have come than may.
    if (answer.length >= 8) for (const each of answer.splice(0)) each();
  });
  const http = createTestHttp();
  const greedy = new HostMatrixClient(url, "token", http);
  await Promise.all(Array.from({ length: 200 }, () => greedy.doRequest("GET", "/x")));
  expect(most).toBe(8);
});
