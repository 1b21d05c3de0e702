import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

test("what an instance did is counted by the hour and the quarter, and known after a restart", async () => {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  const roomId = await ada.room([bot]);
  const host = await startTestHost();
  await host.signIn();
  const bundle = await writeBundle({
    manifest: {
      ...{ id: "org.example.echo", version: "1.0.0", name: "Echo", description: "Echo", license: "MIT" },
      ...{ rookery: "*", main: "plugin.js" },
    },
    code: pluginCode(`
      bot.command("echo", "", (ctx) => ctx.reply("an answer"));
      bot.command("fail", "", () => { throw new Error("No."); });`),
  });
  await host.call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await host.call("POST", "/accounts", { body: login });
  await host.call("POST", "/instances", {
    body: { id: "bot", pluginId: "org.example.echo", accountId: account.id },
  });

  await ada.say(roomId, "!echo");
  await ada.say(roomId, "!fail");
  const last = async ({ call }: typeof host) => {
    const { body } = await call("GET", "/instances/bot/history?hours=2&stepMinutes=15");
    expect(body).toMatchObject({ stepSeconds: 900, from: expect.stringMatching(/:(00|15|30|45):00.000Z$/) });
    expect(body.received).toHaveLength(8);
    // A quarter of an hour may end while the test runs.
    const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
    return { received: sum(body.received), sent: sum(body.sent), failed: sum(body.failed) };
  };
  const both = await eventually("both to be counted", async () => {
    const counts = await last(host);
    return counts.failed === 1 && counts.sent === 1 ? counts : undefined;
  });
  expect(both).toEqual({ received: 2, sent: 1, failed: 1 });
  expect((await host.call("GET", "/usage")).body).toMatchObject({
    host: { residentBytes: expect.any(Number) },
    workers: [{ pluginId: "org.example.echo", residentBytes: expect.any(Number) }],
  });

  const answeredAt = async ({ call }: typeof host) =>
    (await call("GET", "/instances/bot")).body.lastAnswerAt as string;
  const answered = await answeredAt(host);
  expect(answered).toMatch(/Z$/);
  await host.close();
  const again = await startTestHost({ dataDir: host.dataDir });
  await again.signIn();
  expect(await last(again)).toEqual({ received: 2, sent: 1, failed: 1 });
  expect(await answeredAt(again)).toBe(answered);
  const { body } = await again.call("GET", "/history");
  expect(body.total.received).toHaveLength(24);
  expect(body.instances).toMatchObject([{ id: "bot" }]);
  expect(await again.call("GET", "/history?hours=1000")).toMatchObject({ status: 400 });
  expect(await again.call("GET", "/instances/none/history")).toMatchObject({ status: 404 });
});
