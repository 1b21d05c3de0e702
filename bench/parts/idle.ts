import { setTimeout as delay } from "node:timers/promises";
import type { StartBots } from "../bots/bots.ts";
import { compare, figures } from "../bots/compare.ts";
import { cpuMs } from "../bots/process-usage.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";

const INSTANCES = 50;

export const idle: Part = {
  name: "idle",
  about: `CPU of all its processes with ${INSTANCES} instances and nothing to do, for each minute; over 10 s, with --long over 60 s.`,

  async run({ long }) {
    const all = await compare((start) => measure(start, long ? 60 : 10));
    const what = `CPU in a minute of idling, ${INSTANCES} instances`;
    return [{ what, ...figures(all, (seconds) => seconds), unit: "s", goal: { atMost: 0.11 } }];
  },
};

async function measure(start: StartBots, seconds: number) {
  await using homeserver = await startInstantHomeserver();
  const tokens = Array.from({ length: INSTANCES }, (_, n) => `bot${n}`);
  await using bots = await start({ homeserverUrl: homeserver.url, tokens });
  await delay(3_000);
  const before = cpuMs(bots.pid);
  await delay(seconds * 1000);
  return (((cpuMs(bots.pid) - before) / 1000) * 60) / seconds;
}
