import { type Bots, startBareLoop, startEchoHost } from "../bots/bots.ts";
import { cpuMs } from "../bots/process-usage.ts";
import { type InstantHomeserver, startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";

const COMMANDS = 10_000;
const PER_SYNC = 50;
const ROOMS = 50;
const WARM_UPS = 2;
const RUNS = 4;

export const flood: Part = {
  name: "flood",
  about: `${COMMANDS} commands, ${PER_SYNC} per sync over ${ROOMS} rooms, on a stand-in that answers at once; every command must be answered, and once. The best of ${RUNS} after ${WARM_UPS} to warm up; CPU is the bot's process alone.`,

  async run() {
    const [host, floor] = [await measure(startEchoHost, 1), await measure(startBareLoop, 1)];
    const [host50, floor50] = [await measure(startEchoHost, 50), await measure(startBareLoop, 50)];
    return [
      {
        what: "flood, echoes",
        value: host.perSecond,
        floor: floor.perSecond,
        unit: "/s",
        goal: { atLeast: 15_000 },
      },
      {
        what: "flood, CPU",
        value: host.cpuMs,
        floor: floor.cpuMs,
        unit: "ms/event",
        goal: { atMost: 0.07 },
      },
      {
        what: "flood over 50 bots, echoes",
        value: host50.perSecond,
        floor: floor50.perSecond,
        unit: "/s",
        goal: { atLeast: 12_000 },
      },
      { what: "flood over 50 bots, CPU", value: host50.cpuMs, floor: floor50.cpuMs, unit: "ms/event" },
    ];
  },
};

async function measure(start: typeof startEchoHost | typeof startBareLoop, users: number) {
  await using homeserver = await startInstantHomeserver();
  const tokens = Array.from({ length: users }, (_, n) => `bot${n}`);
  await using bots = await start({ homeserverUrl: homeserver.url, tokens });
  for (let run = 0; run < WARM_UPS; run++) await floodOnce(homeserver, bots, users);
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await floodOnce(homeserver, bots, users));
  return {
    perSecond: Math.max(...runs.map(({ perSecond }) => perSecond)),
    cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)),
  };
}

/** @throws where a command was not answered, or more than once */
export async function floodOnce(homeserver: InstantHomeserver, { pid }: Bots, users: number) {
  const before = cpuMs(pid);
  const order = { users, commands: COMMANDS, perSync: PER_SYNC, rooms: ROOMS };
  const { ms, missing, twice } = await homeserver.run("flood", order);
  if (missing + twice > 0) throw new Error(`${missing} commands were not answered, ${twice} more than once.`);
  return { perSecond: (COMMANDS / ms) * 1000, cpuMs: (cpuMs(pid) - before) / COMMANDS };
}
