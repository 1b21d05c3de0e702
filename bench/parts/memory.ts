import { setTimeout as delay } from "node:timers/promises";
import { type Bots, startBareLoop, startEchoHost } from "../bots/bots.ts";
import { residentMb } from "../bots/process-usage.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Measure, Part } from "../part.ts";
import { floodOnce } from "./flood.ts";

const GOALS = new Map([
  [0, 85],
  [1, 100],
  [10, 103],
  [50, 110],
]);
const SETTLE_MS = 2_000;

type Start = typeof startEchoHost | typeof startBareLoop;

export const memory: Part = {
  name: "memory",
  about:
    "Resident memory of the process, idle for 2 s; each instance has an account of its own. With --long also a minute after a flood.",

  async run({ long }) {
    const measures: Measure[] = [];
    for (const [count, goal] of GOALS) {
      const [value, floor] = [await idle(startEchoHost, count), await idle(startBareLoop, count)];
      const what = `memory with ${count} ${count === 1 ? "instance" : "instances"}`;
      measures.push({ what, value, floor, unit: "MB", goal: { atMost: goal } });
    }
    const [host, floor] = [await flooded(startEchoHost, long), await flooded(startBareLoop, long)];
    measures.push({ what: "memory after a flood", value: host.after, floor: floor.after, unit: "MB" });
    if (!long) return measures;
    const goal = { atMost: 140 };
    const what = "memory 60 s after a flood";
    return [...measures, { what, value: host.later, floor: floor.later, unit: "MB", goal }];
  },
};

async function withBots<T>(
  start: Start,
  count: number,
  use: (bots: Bots, flood: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  await using homeserver = await startInstantHomeserver();
  const tokens = Array.from({ length: count }, (_, n) => `bot${n}`);
  await using bots = await start({ homeserverUrl: homeserver.url, tokens });
  await delay(SETTLE_MS);
  return await use(bots, () => floodOnce(homeserver, bots, count));
}

const idle = (start: Start, count: number) => withBots(start, count, async ({ pid }) => residentMb(pid));

const flooded = (start: Start, long: boolean) =>
  withBots(start, 1, async ({ pid }, flood) => {
    for (let n = 0; n < 3; n++) await flood();
    const after = residentMb(pid);
    if (long) await delay(60_000);
    return { after, later: residentMb(pid) };
  });
