import { expect, test } from "vitest";
import { BOT_PLUGIN } from "../testing/account-host.ts";
import { eventually } from "../testing/eventually.ts";
import { readMetrics } from "../testing/read-metrics.ts";
import { startRoomHost } from "../testing/room-host.ts";

/** An instance `bot` in a room with Ada, and Prometheus with a viewer's token. */
async function setUp() {
  const { host, ...room } = await startRoomHost(`
    bot.command("echo", "", (ctx) => ctx.reply("an answer"));
    bot.command("fail", "", () => { throw new Error("It is broken."); });
    let go;
    bot.command("wait", "", () => new Promise((resolve) => { go = resolve; }));
    bot.command("go", "", () => go());`);
  const { call, send } = host;
  const { token } = (await call("POST", "/tokens", { body: { name: "prometheus", role: "viewer", days: 1 } }))
    .body;

  async function scrape() {
    const { status, headers, text } = await send("GET", "/metrics", {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const samples = readMetrics(text);
    return {
      samples,
      /** The one sample with that name and these labels among its own. */
      value(name: string, labels: Record<string, string> = {}) {
        const found = samples.filter(
          (one) =>
            one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text),
        );
        return found.length === 1 ? found[0]?.value : `${found.length} samples`;
      },
    };
  }
  return { ...room, call, scrape };
}

test("after known events the figures are right, and a restart sets none of them back", async () => {
  const { call, scrape, ada, bot, roomId } = await setUp();
  const ofBot = { bot: "bot" };
  for (const text of ["!echo", "!fail", "!echo", "good evening"]) await ada.say(roomId, text);
  const handled = async (count: number) =>
    eventually(`${count} handlers to end`, async () => {
      const found = await scrape();
      return found.value("rookery_instance_handler_duration_seconds_count", ofBot) === count && found;
    });
  const before = await handled(3);
  const figures = ({ value }: typeof before) => ({
    received: value("rookery_instance_events_received_total", ofBot),
    sent: value("rookery_instance_events_sent_total", ofBot),
    failed: value("rookery_instance_events_failed_total", ofBot),
    skipped: value("rookery_instance_events_skipped_total", ofBot),
    refused: value("rookery_instance_events_refused_total", ofBot),
    inFlight: value("rookery_instance_in_flight_events", ofBot),
    longest: value("rookery_instance_handler_duration_seconds_bucket", { ...ofBot, le: "+Inf" }),
  });
  const known = { received: 3, sent: 2, failed: 1, skipped: 0, refused: 0, inFlight: 0, longest: 3 };
  expect(figures(before)).toEqual(known);
  const about = { ...ofBot, plugin: BOT_PLUGIN, account: bot.userId };
  expect(before.value("rookery_instance_status", { ...about, status: "running" })).toBe(1);
  expect(before.value("rookery_account_status", { account: bot.userId, status: "syncing" })).toBe(1);
  expect(before.value("rookery_account_last_sync_age_seconds")).toBeLessThan(60);
  expect(
    before.value("rookery_homeserver_requests_total", { kind: "request", status: "2xx" }),
  ).toBeGreaterThan(2);
  expect(before.value("rookery_build_info", { node: process.versions.node })).toBe(1);
  expect(before.value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  const ofPlugin = { plugin: BOT_PLUGIN };
  expect(before.value("rookery_worker_resident_memory_bytes", ofPlugin)).toBeGreaterThan(10_000_000);
  const cpuBefore = before.value("rookery_worker_cpu_seconds_total", ofPlugin);
  expect(cpuBefore).toBeGreaterThan(0);

  await call("POST", "/instances/bot/stop");
  const stopped = await scrape();
  expect(figures(stopped)).toEqual(known);
  expect(stopped.value("rookery_instance_status", { ...about, status: "stopped" })).toBe(1);
  expect(stopped.value("rookery_instance_status")).toBe(1);
  expect(stopped.value("rookery_worker_running", ofPlugin)).toBe(0);
  expect(stopped.value("rookery_worker_ends_total", { ...ofPlugin, reason: "stopped" })).toBe(1);
  expect(stopped.value("rookery_worker_resident_memory_bytes", ofPlugin)).toBe("0 samples");
  await call("POST", "/instances/bot/start");
  await ada.say(roomId, "!echo");
  const again = await handled(4);
  expect(figures(again)).toEqual({ ...known, received: 4, sent: 3, longest: 4 });
  expect(again.value("rookery_worker_cpu_seconds_total", ofPlugin)).toBeGreaterThanOrEqual(Number(cpuBefore));
});

test("what waits and what runs is told while it does", async () => {
  const { scrape, ada, bot, roomId } = await setUp();
  for (const text of ["!wait", "!echo"]) await ada.say(roomId, text);
  const { value } = await eventually("both to have come", async () => {
    const found = await scrape();
    return found.value("rookery_instance_inbox_events", { bot: "bot" }) === 2 && found;
  });
  // Of one room, one after the other.
  expect(value("rookery_instance_in_flight_events", { bot: "bot" })).toBe(1);
  expect(value("rookery_instance_events_received_total", { bot: "bot" })).toBe(1);
  await ada.say(await ada.room([bot]), "!go");
  await eventually("all to be done", async () => {
    const found = await scrape();
    return found.value("rookery_instance_inbox_events", { bot: "bot" }) === 0;
  });
});

test("nothing is told any more of an instance, an account and a plugin that are gone", async () => {
  const { call, scrape, ada, bot, roomId, accountId } = await setUp();
  await ada.say(roomId, "!echo");
  await eventually("the answer", async () => {
    const found = await scrape();
    return found.value("rookery_instance_events_sent_total") === 1;
  });
  const naming = async (label: string, text: string) =>
    (await scrape()).samples.filter(({ labels }) => labels[label] === text).length;
  expect(await naming("bot", "bot")).toBeGreaterThan(10);
  await call("DELETE", "/instances/bot");
  expect(await naming("bot", "bot")).toBe(0);
  expect(await naming("account", bot.userId)).toBeGreaterThan(0);
  await call("DELETE", `/accounts/${accountId}`);
  expect(await naming("account", bot.userId)).toBe(0);
  expect(await naming("plugin", BOT_PLUGIN)).toBeGreaterThan(0);
  await call("DELETE", `/plugins/${BOT_PLUGIN}`);
  expect(await naming("plugin", BOT_PLUGIN)).toBe(0);
});

test("another instance under the name of one that is gone begins at nothing", async () => {
  const { call, scrape, ada, roomId, accountId } = await setUp();
  const received = async () =>
    (await scrape()).value("rookery_instance_events_received_total", { bot: "bot" });
  await ada.say(roomId, "!fail");
  await eventually("the event", async () => (await received()) === 1);
  await call("DELETE", "/instances/bot");
  await call("POST", "/instances", { body: { id: "bot", pluginId: BOT_PLUGIN, accountId } });
  expect(await received()).toBe(0);
});
