import type { ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { limitNetwork } from "./instance-network.ts";
import { createNetwork } from "./network.ts";

/** A server that answers when it is told, and two instances that may ask it. */
async function start() {
  const held: ServerResponse[] = [];
  const server = await startHttpServer((request, response) => {
    if (request.url === "/now") response.end("now");
    else held.push(response);
  });
  const network = createNetwork({});
  onTestFinished(() => network.close());
  const instance = () => {
    const { request } = limitNetwork(network);
    return (path: string, more: { signal?: AbortSignal; body?: Uint8Array; method?: string } = {}) =>
      request({ url: server.url + path, method: "GET", signal: new AbortController().signal, ...more }, [
        server.host,
      ]);
  };
  return { held, instance };
}

test("eight requests of an instance are under way at once, the others wait until an answer is read", async () => {
  const { held, instance } = await start();
  const ask = instance();
  const answers = Array.from({ length: 10 }, (_, n) => ask(`/${n}`));
  await eventually("eight to be asked", () => held.length === 8);
  held[0]?.writeHead(200).write("half");
  const first = await answers[0];
  // Whatever was sent before this is there before it.
  for (let n = 0; n < 3; n++) await (await instance()("/now")).body.dump();
  expect(held).toHaveLength(8);
  held[0]?.end();
  expect(await first?.body.text()).toBe("half");
  await eventually("a ninth to be asked", () => held.length === 9);
  // One that is given up makes room, too.
  held[1]?.writeHead(200).write("half");
  (await answers[1])?.body.on("error", () => undefined).destroy();
  await eventually("a tenth to be asked", () => held.length === 10);
  for (const response of held) response.end();
  for (const answer of answers.slice(2)) await (await answer).body.dump();
});

test("an instance that takes all it may holds up no other", async () => {
  const { held, instance } = await start();
  const greedy = instance();
  const signal = AbortSignal.timeout(5_000);
  const answers = Array.from({ length: 30 }, () => greedy("/held", { signal }).catch(() => undefined));
  await eventually("eight to be asked", () => held.length === 8);
  for (let n = 0; n < 20; n++) expect(await (await instance()("/now")).body.text()).toBe("now");
  for (let done = 0; done < 30; done++) {
    await eventually("the next to be asked", () => held.length > done);
    held[done]?.end();
    await (await answers[done])?.body.dump();
  }
});

test("one that fails makes room; one that waits too long is told so, and is not asked", async () => {
  const { held, instance } = await start();
  const ask = instance();
  for (let n = 0; n < 10; n++) await expect(ask("/x", { method: "TRACE" })).rejects.toThrow();
  const answers = Array.from({ length: 8 }, () => ask("/held"));
  await eventually("eight to be asked", () => held.length === 8);
  await expect(ask("/late", { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: "DEADLINE" });
  await expect(ask("/late", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "DEADLINE" });
  for (const response of held) response.end();
  for (const answer of answers) await (await answer).body.dump();
  expect(await (await ask("/now")).body.text()).toBe("now");
  expect(held).toHaveLength(8);
});

test("no more than a hundred wait, and no more bodies than fit", async () => {
  const { held, instance } = await start();
  const ask = instance();
  const giveUp = new AbortController();
  const all = Array.from({ length: 108 }, () => ask("/held", { signal: giveUp.signal }));
  await eventually("eight to be asked", () => held.length === 8);
  await expect(ask("/held")).rejects.toMatchObject({ code: "LIMIT" });
  giveUp.abort();
  await Promise.allSettled(all);

  const body = new Uint8Array(10 * 1024 * 1024);
  const signal = AbortSignal.timeout(2_000);
  const large = Array.from({ length: 4 }, () => ask("/large", { method: "POST", body, signal }));
  await expect(Promise.all(large)).rejects.toMatchObject({ code: "LIMIT" });
  for (const response of held) response.destroy();
  await Promise.allSettled(large);
  expect(await (await ask("/now")).body.text()).toBe("now");
});
