import { type StartBots, startEchoHost } from "../bots/bots.ts";
import { compare, figures } from "../bots/compare.ts";
import { cpuMs } from "../bots/process-usage.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";

const ORDER = { events: 200_000, perSync: 1_000, rooms: 20 };
const INSTANCES = 50;
const WARM_UPS = 1;
const RUNS = 3;

export const chatter: Part = {
  name: "chatter",
  about: `${ORDER.events} messages that are no command, ${ORDER.perSync} per sync over ${ORDER.rooms} rooms; for one instance, and for an account with ${INSTANCES}, each of which looks for a word of its own. The best of ${RUNS}.`,

  async run() {
    const one = await compare(measure);
    const many = await measure((logins) => startEchoHost(logins, INSTANCES));
    const what = "events without a command";
    return [
      { what, ...figures(one, ({ perSecond }) => perSecond), unit: "/s", goal: { atLeast: 180_000 } },
      { what: `${what}, CPU`, ...figures(one, ({ cpuMs }) => cpuMs), unit: "ms/event" },
      { what: `${what}, ${INSTANCES} instances`, value: many.perSecond, unit: "/s" },
      { what: `${what}, ${INSTANCES} instances, CPU`, value: many.cpuMs, unit: "ms/event" },
    ];
  },
};

async function measure(start: StartBots) {
  await using homeserver = await startInstantHomeserver();
  await using bots = await start({ homeserverUrl: homeserver.url, tokens: ["bot0"] });
  const runs = [];
  for (let run = 0; run < WARM_UPS + RUNS; run++) {
    const before = cpuMs(bots.pid);
    const { ms } = await homeserver.run("chatter", ORDER);
    runs.push({
      perSecond: (ORDER.events / ms) * 1000,
      cpuMs: (cpuMs(bots.pid) - before) / ORDER.events,
    });
  }
  const counted = runs.slice(WARM_UPS);
  return {
    perSecond: Math.max(...counted.map(({ perSecond }) => perSecond)),
    cpuMs: Math.min(...counted.map(({ cpuMs }) => cpuMs)),
  };
}
