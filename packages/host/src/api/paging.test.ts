import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { type Answer, startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

/** An instance `loud` that writes 30 lines when it starts, and fails at all that Ada says. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  const roomId = await ada.room([bot]);
  const host = await startTestHost();
  await host.signIn();
  const { call } = host;
  const bundle = await writeBundle({
    manifest: {
      ...{ id: "org.example.loud", version: "1.0.0", name: "Loud", description: "Loud", license: "MIT" },
      ...{ rookery: "*", main: "plugin.js" },
    },
    code: pluginCode(`
      for (let i = 0; i < 30; i++) bot.log.info("line " + i);
      bot.hears(/./, () => { throw new Error("It is broken."); });`),
  });
  await call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  const instance = { id: "loud", pluginId: "org.example.loud", accountId: account.id };
  await call("POST", "/instances", { body: instance });

  /** All pages of a list; `between` runs before each next one. */
  async function walk(path: string, between: () => Promise<unknown>): Promise<Answer[]> {
    const pages = [await call("GET", path)];
    for (;;) {
      const link = pages.at(-1)?.headers.link;
      if (link === undefined) return pages;
      await between();
      pages.push(await call("GET", /^<\/api\/v1([^>]+)>; rel="next"$/.exec(String(link))?.[1] ?? ""));
    }
  }
  return { call, walk, say: (text: string) => ada.say(roomId, text) };
}

test("a log is read page by page, each once, while new lines come", async () => {
  const { call, walk } = await setUp();
  const { body: whole, headers } = await call("GET", "/instances/loud/logs");
  expect(headers.link).toBeUndefined();
  const messages = whole.map(({ message }: { message: string }) => message);
  expect(messages).toEqual(expect.arrayContaining(["line 0", "line 29"]));
  const pages = await walk("/instances/loud/logs?limit=7", () => call("POST", "/instances/loud/restart"));
  expect(pages.length).toBe(Math.ceil(whole.length / 7));
  // Each page downwards, the newest page first.
  expect(pages.toReversed().flatMap(({ body }) => body)).toEqual(whole);
});

test("so are failed deliveries, and no cursor fits another list", async () => {
  const { call, walk, say } = await setUp();
  const path = "/instances/loud/failed-deliveries";
  const failed = async (n: number) => {
    const { body } = await call("GET", path);
    return body.length >= n && body;
  };
  for (let n = 1; n <= 5; n++) {
    await say(`${n}`);
    await eventually("the failure", () => failed(n));
  }
  let more = 5;
  const pages = await walk(`${path}?limit=2`, async () => {
    await say("more");
    more++;
    await eventually("one more failure", () => failed(more));
  });
  const texts = pages.map(({ body }) => body.map(({ text }: { text: string }) => text));
  expect(texts).toEqual([["5", "4"], ["3", "2"], ["1"]]);

  const cursor = String(pages[0]?.headers.link).match(/cursor=([\w-]+)/)?.[1];
  for (const wrong of [`/instances/loud/logs?cursor=${cursor}`, `${path}?cursor=made-up`]) {
    expect(await call("GET", wrong)).toMatchObject({ status: 400, body: { fields: [{ path: "/cursor" }] } });
  }
});
