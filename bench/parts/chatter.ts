import { startBareLoop, startEchoHost } from "../bots/bots.ts";
import { cpuMs } from "../bots/process-usage.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";

const ORDER = { events: 200_000, perSync: 1_000, rooms: 20 };
const WARM_UPS = 1;
const RUNS = 3;

export const chatter: Part = {
  name: "chatter",
  about: `${ORDER.events} messages that are no command, ${ORDER.perSync} per sync over ${ORDER.rooms} rooms. The best of ${RUNS}.`,

  async run() {
    const [host, floor] = [await measure(startEchoHost), await measure(startBareLoop)];
    return [
      {
        what: "events without a command",
        value: host.perSecond,
        floor: floor.perSecond,
        unit: "/s",
        goal: { atLeast: 180_000 },
      },
      { what: "events without a command, CPU", value: host.cpuMs, floor: floor.cpuMs, unit: "ms/event" },
    ];
  },
};

async function measure(start: typeof startEchoHost | typeof startBareLoop) {
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
