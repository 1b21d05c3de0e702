import type { BrowserContext } from "playwright-core";
import { isChromiumAvailable, launchChromium } from "../../test/chromium/chromium.ts";
import { startEchoHost } from "../bots/bots.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";
import { median } from "../quantile.ts";

const RUNS = 5;
const INSTANCES = 10;

/** Bytes of the scripts that the page loaded, as they crossed the wire. */
const SCRIPT_BYTES = `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

/** How long the longest task kept the page from answering a press; 0 where none took 50 ms. */
const LONGEST_TASK = `Math.max(0, ...(window.longTasks ?? []))`;
const OBSERVE = `window.longTasks = []; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longTasks.push(duration);
}).observe({ type: "longtask", buffered: true });`;
/** An SSH tunnel over a slow line: 100 ms there and back, 5 Mbit/s. */
const SLOW_LINE = { offline: false, latency: 100, downloadThroughput: 625_000, uploadThroughput: 625_000 };
const MANY = 500;

interface Shown {
  /** Until the last instance of the overview is there. */
  ms: number;
  longestTaskMs: number;
  scriptBytes: number;
}

/** Shows the overview in a tab of its own, nothing cached. */
async function show(
  context: BrowserContext,
  url: string,
  last: string,
  line?: typeof SLOW_LINE,
): Promise<Shown> {
  const tab = await context.newPage();
  const devTools = await context.newCDPSession(tab);
  await tab.addInitScript(OBSERVE);
  await devTools.send("Network.enable");
  await devTools.send("Network.setCacheDisabled", { cacheDisabled: true });
  if (line) await devTools.send("Network.emulateNetworkConditions", line);
  const begin = performance.now();
  await tab.goto(url, { waitUntil: "commit" });
  await tab.getByRole("heading", { name: "Overview" }).waitFor();
  await tab.getByRole("button", { name: `Stop ${last}`, exact: true }).click({ trial: true });
  const ms = performance.now() - begin;
  const longestTaskMs = (await tab.evaluate(LONGEST_TASK)) as number;
  const scriptBytes = (await tab.evaluate(SCRIPT_BYTES)) as number;
  await tab.close();
  return { ms, longestTaskMs, scriptBytes };
}

async function showOften(...args: Parameters<typeof show>): Promise<Shown> {
  const shown: Shown[] = [];
  for (let run = 0; run < RUNS; run++) shown.push(await show(...args));
  const of = (key: keyof Shown) => median(shown.map((one) => one[key]));
  return { ms: of("ms"), longestTaskMs: of("longestTaskMs"), scriptBytes: of("scriptBytes") };
}

/** A browser that is signed in to a host with so many instances. */
async function withInstances<T>(
  accounts: number,
  instancesEach: number,
  run: (context: BrowserContext, url: string) => Promise<T>,
): Promise<T> {
  await using homeserver = await startInstantHomeserver();
  const tokens = Array.from({ length: accounts }, (_, n) => `bot${n}`);
  await using bots = await startEchoHost({ homeserverUrl: homeserver.url, tokens }, instancesEach);
  await using chromium = await launchChromium();
  const { url, cookie } = bots.rookery;
  const [name = "", value = ""] = cookie.split("=");
  await chromium.context.addCookies([{ name, value, url }]);
  return await run(chromium.context, url);
}

export const page: Part = {
  name: "page",
  about: `From navigation until a button of the last of ${INSTANCES} instances on the overview can be pressed, signed in, nothing cached. Median of ${RUNS}.`,

  skip() {
    const chromium = isChromiumAvailable();
    return chromium.available ? undefined : chromium.reason;
  },

  async run() {
    const [near, far] = await withInstances(INSTANCES, 1, async (context, url) => [
      await showOften(context, url, "echo-9"),
      await showOften(context, url, "echo-9", SLOW_LINE),
    ]);
    const [many, manyFar] = await withInstances(1, MANY, async (context, url) => [
      await showOften(context, url, "echo-10"),
      await showOften(context, url, "echo-10", SLOW_LINE),
    ]);
    const what = `page with ${MANY} instances`;
    return [
      { what: "page: usable", value: near.ms, unit: "ms", goal: { atMost: 500 } },
      { what: "page: longest task", value: near.longestTaskMs, unit: "ms" },
      {
        what: "page: scripts, compressed",
        value: near.scriptBytes / 1000,
        unit: "kB",
        goal: { atMost: 200 },
      },
      { what: "page at 100 ms, 5 Mbit/s", value: far.ms, unit: "ms", goal: { atMost: 2_000 } },
      { what: `${what}: usable`, value: many.ms, unit: "ms" },
      { what: `${what}, 100 ms, 5 Mbit/s`, value: manyFar.ms, unit: "ms", goal: { atMost: 2_000 } },
      { what: `${what}: longest task`, value: many.longestTaskMs, unit: "ms" },
    ];
  },
};
