import type { Manifest, Permissions } from "@rookery/plugin-sdk/manifest";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { findAssets } from "../assets.ts";
import { eventually } from "../testing/eventually.ts";
import { openTestRuntime } from "../testing/runtime.ts";
import { pluginCode } from "../testing/worker.ts";
import { createBackoff } from "./backoff.ts";
import { createSupervisor } from "./supervisor.ts";

const GREETER = pluginCode(
  'bot.command("hello", "", (ctx) => ctx.reply(bot.config.greeting + ", " + ctx.sender.displayName + "!"));',
);
const PLUGIN = "org.example.test";

interface TestPlugin extends Pick<Manifest, "isolation"> {
  code: string;
  permissions?: Permissions;
  granted?: Permissions;
}

/** A supervisor over real workers, with Ada in a room with the bot to talk to what runs. */
async function setUp(
  plugins: Record<string, TestPlugin>,
  instances: Record<string, string>,
  { pingDeadlineMs = 10_000, backoff = createBackoff() } = {},
) {
  const failed: string[] = [];
  const runtime = await openTestRuntime([], {
    onFailed({ instanceId, eventId }, error) {
      failed.push(eventId);
      return supervisor.failed(instanceId, eventId, error);
    },
  });
  const { store, dispatcher, subscriptions, schedules, webhooks, logs, openScope, running } = runtime;
  const { ada, bot, roomId } = runtime;
  const codes = new Map<string, string>();
  const workersStarted: string[] = [];

  function install(
    id: string,
    { code, permissions = {}, granted = {}, isolation = "plugin" }: TestPlugin,
  ): void {
    const known = store.plugins.get(PLUGIN);
    if (!known) throw new Error("The test's plugin is not there.");
    const sha256 = String(codes.size);
    codes.set(sha256, code);
    store.plugins.put({
      ...known,
      id,
      sha256,
      manifest: { ...known.manifest, id, permissions, isolation },
      granted,
    });
  }
  for (const [id, plugin] of Object.entries(plugins)) install(id, plugin);
  for (const [id, pluginId] of Object.entries(instances)) {
    const config = { greeting: "Hello" };
    store.instances.insert({ id, pluginId, accountId: "account", config, enabled: true, createdAt: 1 });
  }
  const supervisor = createSupervisor({
    ...{ instances: store.instances, plugins: store.plugins, dispatcher, subscriptions },
    ...{ schedules, webhooks, logs, openScope, backoff },
    worker: {
      ...{ file: findAssets().worker, memoryMb: 32, pingIntervalMs: 50, pingDeadlineMs },
      ...{ cpuPercent: 100, messagesPerSecond: 100_000 },
      onOutput: () => undefined,
      onUnexpected: (method, error) => logs.add(method, { level: "error", message: String(error) }),
    },
    async readCode({ id, sha256 }) {
      workersStarted.push(id);
      return codes.get(sha256) ?? "";
    },
    accountBlocked: () => null,
    senderName: (_instance, room, userId) => running.names("account")?.get(room, userId) ?? null,
  });
  onTestFinished(() => supervisor.stopAll(0));
  const status = (id: string) => supervisor.observed(id).status;
  const answers = async () =>
    (await ada.messages(roomId)).filter(({ sender }) => sender === bot.userId).map(({ body }) => body);

  return {
    ...{ ...runtime, supervisor, install, status, answers, workersStarted, failed },
    startAll: () => Promise.all(Object.keys(instances).map((id) => supervisor.reconcile(id))),
    becomes: (id: string, wanted: string) => eventually(`${id} to be ${wanted}`, () => status(id) === wanted),
    /** Ada says it; resolves when the bot has said this often something. */
    async ask(body: string, count = 1) {
      await ada.say(roomId, body);
      return eventually(`${count} answers`, async () => {
        const said = await answers();
        return said.length >= count && said;
      });
    },
    errors: (id: string) => logs.lines(id).filter(({ level }) => level === "error"),
  };
}

test("an enabled instance runs and answers; a disabled one does neither", async () => {
  const { startAll, status, ask, store, supervisor, ada, roomId, answers } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN },
  );
  await startAll();
  expect(supervisor.observed("one")).toMatchObject({ status: "running", reason: null });
  expect(await ask("!hello")).toEqual(["Hello, ada!"]);
  expect(supervisor.stats("one")).toEqual({ sent: 1, lastAt: expect.any(Number) });

  store.instances.setEnabled("one", false);
  await supervisor.reconcile("one");
  expect(status("one")).toBe("stopped");
  await ada.say(roomId, "!hello");
  store.instances.setEnabled("one", true);
  await supervisor.reconcile("one");
  expect(await ask("!hello", 2)).toHaveLength(2);
  expect(await answers()).toHaveLength(2);
});

test("reconciling what runs already changes nothing", async () => {
  const { startAll, supervisor, workersStarted } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN },
  );
  await startAll();
  const { since } = supervisor.observed("one");
  await Promise.all([supervisor.reconcile("one"), supervisor.reconcile("one")]);
  expect(supervisor.observed("one").since).toBe(since);
  expect(workersStarted).toHaveLength(1);
});

test("a changed config is there after a restart, and nothing was lost meanwhile", async () => {
  const { startAll, supervisor, store, ask } = await setUp({ [PLUGIN]: { code: GREETER } }, { one: PLUGIN });
  await startAll();
  await ask("!hello");
  store.instances.setConfig("one", { greeting: "Servus" });
  const restarted = supervisor.restart("one");
  expect(await ask("!hello", 2)).toEqual(["Hello, ada!", "Servus, ada!"]);
  await restarted;
});

test("the instances of a plugin share its worker, each with its own config", async () => {
  const { startAll, store, ask, workersStarted } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN, two: PLUGIN },
  );
  store.instances.setConfig("two", { greeting: "Servus" });
  await startAll();
  expect((await ask("!hello", 2)).sort()).toEqual(["Hello, ada!", "Servus, ada!"]);
  expect(workersStarted).toEqual([PLUGIN]);
});

test("one instance is stopped, and the other of the same worker goes on", async () => {
  const { startAll, store, supervisor, ask, status, workersStarted } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN, two: PLUGIN },
  );
  store.instances.setConfig("two", { greeting: "Servus" });
  await startAll();
  store.instances.setEnabled("one", false);
  await supervisor.reconcile("one");
  expect([status("one"), status("two")]).toEqual(["stopped", "running"]);
  expect(await ask("!hello")).toEqual(["Servus, ada!"]);
  expect(workersStarted).toHaveLength(1);
});

test("when the code was replaced, all instances of the plugin run the new one", async () => {
  const { startAll, install, supervisor, ask, status, becomes } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN, two: PLUGIN },
  );
  await startAll();
  install(PLUGIN, { code: pluginCode('bot.command("hello", "", (ctx) => ctx.reply("new"));') });
  await supervisor.restart("one");
  await becomes("two", "running");
  expect(status("one")).toBe("running");
  expect(await ask("!hello", 2)).toEqual(["new", "new"]);
});

/** An event listener's error is nobody's to catch: it ends the worker. */
const THROW = `const controller = new AbortController();
  controller.signal.addEventListener("abort", () => { throw new Error("out of reach."); });
  controller.abort();`;

test.each<[what: string, code: string, reason: string, pingDeadlineMs: number]>([
  ["an endless loop", "while (true) {}", "Its worker did not answer for 1 s (an endless loop?).", 1_000],
  [
    "a heap bomb",
    "const kept = []; while (true) kept.push({});",
    "Its worker ran out of memory (32 MB).",
    10_000,
  ],
  ["an error out of any handler's reach", THROW, "Its worker failed: out of reach.", 10_000],
])(
  "%s ends its own worker with the reason shown, while another plugin answers",
  async (_what, code, reason, pingDeadlineMs) => {
    const bad = pluginCode(
      `bot.command("bad", "", () => { ${code} }); bot.command("fine", "", (ctx) => ctx.reply("fine"));`,
    );
    const { startAll, supervisor, ada, roomId, ask, becomes, errors, status } = await setUp(
      { [PLUGIN]: { code: GREETER }, "org.example.bad": { code: bad } },
      { good: PLUGIN, bad: "org.example.bad", worse: "org.example.bad" },
      { pingDeadlineMs },
    );
    await startAll();
    await ada.say(roomId, "!bad");
    expect(await ask("!hello")).toEqual(["Hello, ada!"]);
    await becomes("bad", "crashed");
    expect(supervisor.observed("bad").reason).toBe(`${reason} It is started again in a moment.`);
    expect(errors("bad")[0]?.message).toBe(reason);
    expect(status("worse")).toBe("crashed");
    expect([status("good"), errors("good")]).toEqual(["running", []]);
  },
);

test("an event that takes its worker along each time is given up, and the instance answers again", async () => {
  const bad = pluginCode(
    `bot.command("bad", "", async () => { ${THROW} await new Promise(() => {}); });
    bot.command("fine", "", (ctx) => ctx.reply("fine"));`,
  );
  const { startAll, ask, ada, roomId, failed, status } = await setUp(
    { [PLUGIN]: { code: bad } },
    { one: PLUGIN },
  );
  await startAll();
  const guilty = await ada.say(roomId, "!bad");
  expect(await ask("!fine")).toEqual(["fine"]);
  expect(failed).toEqual([guilty]);
  expect(status("one")).toBe("running");
}, 60_000);

test("however many events take their worker along, each is given up, and the instances of that worker come back", async () => {
  const bad = pluginCode(
    `bot.command("bad", "", async () => { ${THROW} await new Promise(() => {}); });
    bot.command("fine", "", (ctx) => ctx.reply("fine"));`,
  );
  const { startAll, ask, ada, roomId, failed, status } = await setUp(
    { [PLUGIN]: { code: bad } },
    { one: PLUGIN, two: PLUGIN },
    { backoff: createBackoff(Date.now, Array(6).fill(50)) },
  );
  await startAll();
  const guilty: string[] = [];
  // Each reaches both instances, and takes three workers along for each.
  for (let n = 0; n < 2; n++) guilty.push(await ada.say(roomId, "!bad"));
  expect(await ask("!fine", 2)).toEqual(["fine", "fine"]);
  expect(failed.toSorted()).toEqual([...guilty, ...guilty].toSorted());
  expect([status("one"), status("two")]).toEqual(["running", "running"]);
}, 60_000);

test("a setup that throws is shown with its message and its place, and tried again", async () => {
  const { startAll, supervisor, errors, status } = await setUp(
    { [PLUGIN]: { code: pluginCode('throw new Error("no greeting");') } },
    { one: PLUGIN },
  );
  await startAll();
  expect(supervisor.observed("one").reason).toBe(
    "It did not start: no greeting. It is started again in a moment.",
  );
  expect(errors("one")[0]).toMatchObject({ stack: expect.stringContaining(`${PLUGIN}/plugin.js`) });
  await eventually("the next try", () => errors("one").length > 1);
  expect(status("one")).toBe("crashed");
});

test("a setup that throws leaves the worker's other instance alone, and starts when it can", async () => {
  const code = pluginCode(
    'if (bot.config.greeting === "bad") throw new Error("no"); bot.command("hello", "", (ctx) => ctx.reply(bot.config.greeting));',
  );
  const { startAll, store, supervisor, status, ask } = await setUp(
    { [PLUGIN]: { code } },
    { one: PLUGIN, two: PLUGIN },
  );
  store.instances.setConfig("two", { greeting: "bad" });
  await startAll();
  expect([status("one"), status("two")]).toEqual(["running", "crashed"]);
  store.instances.setConfig("two", { greeting: "good" });
  await supervisor.restart("two");
  expect((await ask("!hello", 2)).sort()).toEqual(["Hello", "good"]);
});

test("a plugin that was not granted what it asks for is blocked and says what, until it is", async () => {
  const permissions = { network: ["a.example", "b.example"], programs: ["yt-dlp"] };
  const plugin = { code: GREETER, permissions, granted: { network: ["a.example"] } };
  const { startAll, install, supervisor, status } = await setUp({ [PLUGIN]: plugin }, { one: PLUGIN });
  await startAll();
  expect(supervisor.observed("one")).toMatchObject({
    status: "blocked",
    reason:
      "It waits for you to grant what its plugin asks for: to connect to b.example; to run the program yt-dlp.",
  });
  install(PLUGIN, { ...plugin, granted: permissions });
  await supervisor.reconcile("one");
  expect(status("one")).toBe("running");
});

test("a handler's failure is in its instance's log, and its stack points at the author's source", async () => {
  const contents = `import { definePlugin } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("fail", "", () => {
      const nothing: { x: number } | null = JSON.parse("null");
      return nothing!.x;
    });
  },
});
`;
  const { outputFiles } = await build({
    ...{ stdin: { contents, loader: "ts", sourcefile: "src/index.ts" }, bundle: true, format: "cjs" },
    ...{ external: ["@rookery/plugin-sdk"], sourcemap: "inline", write: false, minifyWhitespace: true },
    banner: { js: "// org.example.test" },
  });
  const { startAll, errors, ada, roomId } = await setUp(
    { [PLUGIN]: { code: outputFiles[0]?.text ?? "" } },
    { one: PLUGIN },
  );
  await startAll();
  const eventId = await ada.say(roomId, "!fail");
  const error = await eventually("the log line", () => errors("one")[0]);
  expect(error.message).toMatch(`The handler of ${eventId} failed (ERROR): Cannot read properties of null`);
  expect(error.stack).toMatch(/src\/index\.ts:7:\d+/);
  expect(error.stack).not.toContain("worker.mjs");
});

test("stopping waits for what runs, and changes nothing of what the operator wants", async () => {
  const code = pluginCode(`
    bot.command("slow", "", async (ctx) => { await new Promise((go) => setTimeout(go, 200)); await ctx.reply("done"); });`);
  const { startAll, supervisor, ada, roomId, answers, dispatcher, status, store } = await setUp(
    { [PLUGIN]: { code } },
    { one: PLUGIN },
  );
  await startAll();
  await ada.say(roomId, "!slow");
  await eventually("the handler to run", () => dispatcher.counts("one").received === 1);
  await supervisor.stopAll(5_000);
  expect(await answers()).toEqual(["done"]);
  expect(status("one")).toBe("stopped");
  expect(store.instances.get("one")?.enabled).toBe(true);
});

test("stopping takes no longer than its deadline, however many handlers hang", async () => {
  const code = pluginCode('bot.command("never", "", () => new Promise(() => {}));');
  const { startAll, supervisor, ada, roomId, dispatcher, store } = await setUp(
    { [PLUGIN]: { code } },
    { one: PLUGIN, two: PLUGIN, three: PLUGIN },
  );
  await startAll();
  await ada.say(roomId, "!never");
  const received = () => ["one", "two", "three"].every((id) => dispatcher.counts(id).received === 1);
  await eventually("all three to hang", received);
  const begin = performance.now();
  await supervisor.stopAll(300);
  expect(performance.now() - begin).toBeLessThan(2_500);
  expect(store.inbox.count("one")).toBe(1);
});

test("what is being started when the host stops is stopped, too, and nothing starts after", async () => {
  const { startAll, supervisor, status, errors } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN, two: PLUGIN },
  );
  const starting = startAll();
  await supervisor.stopAll(0);
  await starting;
  await supervisor.reconcile("one");
  expect([status("one"), status("two")]).toEqual(["stopped", "stopped"]);
  expect(errors("one")).toEqual([]);
});

test("a deleted instance is forgotten", async () => {
  const { startAll, supervisor, store, status } = await setUp(
    { [PLUGIN]: { code: GREETER } },
    { one: PLUGIN },
  );
  await startAll();
  store.instances.remove("one");
  await supervisor.reconcile("one");
  expect(status("one")).toBe("stopped");
});

const TICKER = pluginCode(
  'bot.schedule("tick", "* * * * * *", (ctx) => ctx.sendTo(bot.config.roomId, ctx.dueAt.toISOString()));',
);

/** A bot that says each second which one it is. */
async function setUpTicker() {
  const ticker = await setUp({ [PLUGIN]: { code: TICKER } }, { one: PLUGIN });
  const { store, roomId, answers } = ticker;
  store.instances.setConfig("one", { roomId });
  return {
    ...ticker,
    ticks: (count: number) =>
      eventually(`${count} ticks`, async () => {
        const said = await answers();
        return said.length >= count && said;
      }),
  };
}

test("a schedule runs each time once, and no more when its instance is disabled", async () => {
  const { startAll, ticks, answers, store, supervisor } = await setUpTicker();
  await startAll();
  const due = (await ticks(2)).map((text) => Date.parse(String(text)));
  expect(new Set(due).size).toBe(due.length);

  store.instances.setEnabled("one", false);
  await supervisor.reconcile("one");
  const before = await answers();
  const last = Date.parse(String(before.at(-1)));
  await eventually("the next two to be due", () => Date.now() > last + 2_100);
  expect(await answers()).toEqual(before);

  // What was due meanwhile was not missed: nobody wanted it.
  store.instances.setEnabled("one", true);
  const enabledAt = Date.now();
  await supervisor.reconcile("one");
  expect(Date.parse(String((await ticks(before.length + 1))[before.length]))).toBeGreaterThan(enabledAt);
}, 30_000);

test("a run that fails is kept with its error, and can be run again by hand", async () => {
  const { startAll, ticks, store, supervisor, dispatcher, errors, roomId } = await setUpTicker();
  store.instances.setConfig("one", { roomId: "!nowhere:test" });
  await startAll();
  const [failed] = await eventually("a failure", () => {
    const found = store.inbox.failed("one", 1);
    return found.length > 0 && found;
  });
  expect(failed).toMatchObject({ roomId: "schedule:tick", error: { code: expect.stringMatching(/^M_/) } });
  expect(errors("one")[0]?.message).toMatch(/^The handler of \$schedule:tick:.* failed \(M_/);

  store.instances.setConfig("one", { roomId });
  await supervisor.restart("one");
  const again = store.inbox.rerun("one", failed?.id ?? 0);
  if (!again) throw new Error("The failed run is gone.");
  dispatcher.arrived([again]);
  const due = again.eventId.replace("$schedule:tick:", "");
  await eventually("the run of before", async () => (await ticks(1)).includes(due));
});

test("a schedule that cannot be run keeps its instance from starting, and says which and why", async () => {
  const code = pluginCode(
    'bot.schedule("report", { cron: "0 9 * * *", timeZone: bot.config.greeting }, () => undefined);',
  );
  const { startAll, supervisor, errors, status, store } = await setUp(
    { [PLUGIN]: { code } },
    { one: PLUGIN },
  );
  await startAll();
  expect(supervisor.observed("one")).toMatchObject({
    status: "crashed",
    reason: expect.stringContaining(
      'It did not start: The schedule "report" cannot be run: There is no time zone "Hello".',
    ),
  });
  expect(errors("one")[0]).not.toHaveProperty("stack");
  store.instances.setConfig("one", { greeting: "Europe/Berlin" });
  await supervisor.restart("one");
  expect(status("one")).toBe("running");
});

test("an instance whose migration fails does not start and says why; its data are there for the version before", async () => {
  const one = "CREATE TABLE note (text); INSERT INTO note VALUES ('kept')";
  const reader = (migrations: string[]) =>
    `const { definePlugin } = require("@rookery/plugin-sdk");
    module.exports.default = definePlugin({ migrations: ${JSON.stringify(migrations)}, setup(bot) {
      bot.command("read", "", (ctx) => ctx.reply(bot.database.get("SELECT text FROM note").text));
    } });`;
  const { startAll, ask, install, supervisor, status } = await setUp(
    { [PLUGIN]: { code: reader([one]) } },
    { one: PLUGIN },
  );
  await startAll();
  expect(await ask("!read")).toEqual(["kept"]);

  install(PLUGIN, { code: reader([one, "DELETE FROM note", "DELETE FROM nowhere"]) });
  await supervisor.restart("one");
  expect(supervisor.observed("one")).toMatchObject({
    status: "crashed",
    reason: expect.stringContaining("Migration 3 failed: no such table: nowhere"),
  });

  install(PLUGIN, { code: reader([one]) });
  await supervisor.restart("one");
  expect(status("one")).toBe("running");
  expect(await ask("!read", 2)).toEqual(["kept", "kept"]);
});

test("with isolation by instance, each has a worker of its own: one that is lost takes no other along", async () => {
  const { store, startAll, ask, becomes, status, workersStarted, errors } = await setUp(
    {
      [PLUGIN]: {
        isolation: "instance",
        code: pluginCode(`
          bot.command("hello", "", (ctx) => { while (bot.config.greeting === "loop"); return ctx.reply(bot.config.greeting); });`),
      },
    },
    { guilty: PLUGIN, innocent: PLUGIN },
    { pingDeadlineMs: 1_000 },
  );
  store.instances.setConfig("guilty", { greeting: "loop" });
  await startAll();
  expect(workersStarted).toEqual([PLUGIN, PLUGIN]);
  expect(await ask("!hello")).toEqual(["Hello"]);
  await becomes("guilty", "crashed");
  expect([status("innocent"), errors("innocent")]).toEqual(["running", []]);
  expect(await ask("!hello", 2)).toEqual(["Hello", "Hello"]);
});
