import { expect, it } from "vitest";
import { startHooks } from "../webhooks/hooks.ts";

/** Says that it has begun; the first time it never comes to its end. */
const SLOW = `
bot.webhook("/deploy", async ({ request, sendTo }) => {
  const key = "seen " + request.text();
  const again = await bot.store.get(key);
  await bot.store.set(key, true);
  await sendTo(roomId, request.text() + " begins");
  if (!again) await new Promise(() => {});
  await sendTo(roomId, request.text() + " ends");
});
bot.webhook("/note", ({ request, sendTo }) => sendTo(roomId, request.text()));`;

it("handles a request once that was taken before the host was killed, and one that is sent again not at all", async () => {
  await using hooks = await startHooks(SLOW);
  const { host } = hooks;
  const push = async (body: string) => {
    const headers = { "x-github-delivery": `id of ${body}` };
    return (await fetch(await hooks.url("/deploy"), { method: "POST", headers, body })).status;
  };

  expect(await push("blue")).toBe(202);
  expect(await hooks.said(1)).toEqual(["blue begins"]);
  // It waits behind the first.
  expect(await push("green")).toBe(202);
  await host.kill();
  await host.start();

  expect(await hooks.said(3)).toEqual(["blue begins", "blue ends", "green begins"]);
  // The sender did not hear the answer.
  expect(await push("blue")).toBe(200);
  await host.kill();
  await host.start();
  expect(await push("green")).toBe(200);
  expect(await hooks.said(4)).toEqual(["blue begins", "blue ends", "green begins", "green ends"]);

  await host.until("hooks", ({ counts }) => counts.waiting === 0);
  const note = await fetch(await hooks.url("/note"), { method: "POST", body: "the end" });
  expect(note.status).toBe(202);
  await hooks.said(5);
  const all = (await hooks.ada.history(hooks.roomId)).filter(
    ({ sender, type }) => sender === hooks.botId && type === "m.room.message",
  );
  expect(all.map(({ content }) => content.body)).toEqual([
    ...["blue begins", "blue ends", "green begins", "green ends", "the end"],
  ]);
});
