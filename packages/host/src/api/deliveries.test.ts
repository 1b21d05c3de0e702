import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";
import { startRoomHost } from "../testing/room-host.ts";

/** `!fail` throws until somebody says `!mend`. */
const setUp = () =>
  startRoomHost(`
    let broken = true;
    bot.command("mend", "", () => { broken = false; });
    bot.command("fail", "", (ctx) => {
      if (broken) throw new Error("It is broken.");
      return ctx.reply("It is mended.");
    });
    bot.hears("say", (ctx) => ctx.reply(ctx.text));`);

const counts = async ({ call }: TestHost) => (await call("GET", "/instances/bot")).body.counts;

test("what failed is listed with its event and its error, and is run again by hand", async () => {
  const { host, ada, roomId, said } = await setUp();
  const { call } = host;
  const at = "/instances/bot/failed-deliveries";
  const eventId = await ada.say(roomId, "!fail");
  const [failed] = await eventually("the failure", async () => {
    const { body } = await call("GET", at);
    return body.length > 0 && body;
  });
  expect(failed).toMatchObject({
    ...{ roomId, eventId, sender: ada.userId, type: "m.room.message", text: "!fail" },
    ...{ failedAt: expect.stringMatching(/Z$/), error: { code: "ERROR", message: "It is broken." } },
  });
  expect(failed.error.stack).toContain("It is broken.");

  await ada.say(roomId, "!mend");
  await eventually("the mending", async () => (await counts(host)).waiting === 0);
  expect((await call("POST", `${at}/${failed.id}/rerun`)).status).toBe(204);
  await eventually("the answer", async () => (await said()).includes("It is mended."));
  expect((await call("GET", at)).body).toEqual([]);
  expect(await call("POST", `${at}/${failed.id}/rerun`)).toMatchObject({
    status: 404,
    body: { code: "NOT_FOUND" },
  });
  expect((await call("POST", `${at}/none/rerun`)).status).toBe(400);
});

test("a new account answers what is said from then on, and nothing older, also after a restart", async () => {
  const { host, ada, roomId, said } = await setUp();
  await ada.say(roomId, "say: after");
  await eventually("the answer", async () => (await said()).length > 0);
  await host.close();
  const again = await startTestHost({ dataDir: host.dataDir });
  await again.signIn();
  await ada.say(roomId, "say: after the restart");
  await eventually("the next answer", async () => (await said()).length > 1);
  expect(await said()).toEqual(["say: after", "say: after the restart"]);
});

test("an instance has a catch-up age of its own: what is older when the host is back is counted and gets no answer", async () => {
  const { host, ada, roomId, said } = await setUp();
  const change = (catchUpSeconds: number | null) =>
    host.call("PATCH", "/instances/bot", { body: { catchUpSeconds } });
  for (const wrong of [-1, 1.5, 31 * 24 * 60 * 60])
    expect((await change(wrong)).status, `${wrong}`).toBe(400);
  expect((await change(0)).body).toMatchObject({ catchUpSeconds: 0, counts: { skipped: 0 } });
  await host.close();
  await ada.say(roomId, "say: too old");

  const second = await startTestHost({ dataDir: host.dataDir });
  await second.signIn();
  await eventually("the count", async () => (await counts(second)).skipped === 1);
  const { body } = await second.call("PATCH", "/instances/bot", { body: { catchUpSeconds: null } });
  expect(body).toMatchObject({ catchUpSeconds: null, counts: { skipped: 1 } });
  await second.close();
  await ada.say(roomId, "say: young enough");

  const third = await startTestHost({ dataDir: host.dataDir });
  await third.signIn();
  await eventually("the answer", async () => (await said()).length > 0);
  expect(await said()).toEqual(["say: young enough"]);
  expect((await counts(third)).skipped).toBe(1);
}, 30_000);
