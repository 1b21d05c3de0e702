import { expect, onTestFinished, test } from "vitest";
import { startHttpServer } from "../testing/http-server.ts";
import { createMatrixHttp } from "./http.ts";
import { createHttpTally } from "./http-tally.ts";

/** Connections whose answers are counted, to a server that answers with the status in the path, or not at all. */
async function setUp() {
  const { url, server } = await startHttpServer((request, response) => {
    const status = Number(request.url?.slice(1));
    if (status > 0) response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  const tally = createHttpTally();
  const http = createMatrixHttp({ tally });
  onTestFinished(() => http.close());
  const counted = () =>
    Object.fromEntries(
      tally
        .statuses()
        .filter(({ count }) => count > 0)
        .map(({ kind, status, count }) => [`${kind} ${status}`, count]),
    );
  return { url, server, http, tally, counted };
}

test("each request is counted by its kind and its answer's status, with how long it took", async () => {
  const { url, http, tally, counted } = await setUp();
  await http.json({ method: "GET", url: `${url}/200` });
  await http.json({ method: "GET", url: `${url}/200`, longPoll: true });
  await expect(http.json({ method: "GET", url: `${url}/404` })).rejects.toThrow();
  await http.exchange({ method: "GET", url: `${url}/503` });
  const { body } = await http.stream({ method: "GET", url: `${url}/200`, accessToken: "secret" });
  await body.dump();
  expect(counted()).toEqual({
    ...{ "request 2xx": 1, "request 4xx": 1, "request 5xx": 1, "sync 2xx": 1, "media 2xx": 1 },
  });
  expect(tally.durations()).toMatchObject([
    { kind: "request", durations: { count: 3 } },
    { kind: "media", durations: { count: 1 } },
  ]);
});

test("who does not answer is counted, and what the host broke off is not", async () => {
  const { url, http, tally, counted } = await setUp();
  await expect(http.json({ method: "GET", url: `${url}/0`, timeoutMs: 1 })).rejects.toThrow();
  const stopping = new AbortController();
  const asked = http.json({ method: "GET", url: `${url}/0`, longPoll: true, signal: stopping.signal });
  stopping.abort();
  await expect(asked).rejects.toThrow();
  expect(counted()).toEqual({ "request none": 1 });
  expect(tally.durations()[0]?.durations.count).toBe(0);
});
