import { setTimeout as delay } from "node:timers/promises";
import { type Bots, type StartBots, startEchoHost } from "../bots/bots.ts";
import { compare, figures } from "../bots/compare.ts";
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
const MANY = 50;
const SETTLE_MS = 2_000;

export const memory: Part = {
  name: "memory",
  about: `Resident memory of the process (and what those that it started hold for themselves), idle for 2 s; each instance has an account of its own. What a further one costs is the difference from 1 to ${MANY}. With --long also a minute after a flood.`,

  async run({ long }) {
    const measures: Measure[] = [];
    const resident = new Map<number, number>();
    for (const [count, goal] of GOALS) {
      const all = await compare((start) => idle(start, count));
      resident.set(count, all.host);
      const what = `memory with ${count} ${count === 1 ? "instance" : "instances"}`;
      measures.push({ what, ...figures(all, (mb) => mb), unit: "MB", goal: { atMost: goal } });
    }
    const one = resident.get(1) ?? Number.NaN;
    const onOneAccount = await idle((logins) => startEchoHost(logins, MANY), 1);
    const ofInstance = (onOneAccount - one) / (MANY - 1);
    const ofBoth = ((resident.get(MANY) ?? Number.NaN) - one) / (MANY - 1);
    measures.push({ what: "memory, one more instance", value: ofInstance, unit: "MB" });
    measures.push({ what: "memory, one more account with an instance", value: ofBoth, unit: "MB" });

    const after = await compare((start) => flooded(start, long));
    const what = "memory after a flood";
    measures.push({ what, ...figures(after, ({ atOnce }) => atOnce), unit: "MB" });
    if (!long) return measures;
    const goal = { atMost: 140 };
    const later = figures(after, ({ later }) => later);
    return [...measures, { what: "memory 60 s after a flood", ...later, unit: "MB", goal }];
  },
};

async function withBots<T>(
  start: StartBots,
  count: number,
  use: (bots: Bots, flood: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  await using homeserver = await startInstantHomeserver();
  const tokens = Array.from({ length: count }, (_, n) => `bot${n}`);
  await using bots = await start({ homeserverUrl: homeserver.url, tokens });
  await delay(SETTLE_MS);
  return await use(bots, () => floodOnce(homeserver, bots, count));
}

const idle = (start: StartBots, count: number) => withBots(start, count, async ({ pid }) => residentMb(pid));

const flooded = (start: StartBots, long: boolean) =>
  withBots(start, 1, async ({ pid }, flood) => {
    for (let n = 0; n < 3; n++) await flood();
    const atOnce = residentMb(pid);
    if (long) await delay(60_000);
    return { atOnce, later: residentMb(pid) };
  });
