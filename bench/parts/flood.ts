import type { Bots, StartBots } from "../bots/bots.ts";
import { compare, figures } from "../bots/compare.ts";
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
  about: `${COMMANDS} commands, ${PER_SYNC} per sync over ${ROOMS} rooms, on a stand-in that answers at once; every command must be answered, and once. The best of ${RUNS} after ${WARM_UPS} to warm up; CPU is that of the bot's processes.`,

  async run() {
    const one = await compare((start) => measure(start, 1));
    const fifty = await compare((start) => measure(start, 50));
    const perSecond = ({ perSecond }: Measured) => perSecond;
    const cpuMs = ({ cpuMs }: Measured) => cpuMs;
    return [
      { what: "flood, echoes", ...figures(one, perSecond), unit: "/s", goal: { atLeast: 15_000 } },
      { what: "flood, CPU", ...figures(one, cpuMs), unit: "ms/event", goal: { atMost: 0.07 } },
      {
        what: "flood over 50 bots, echoes",
        ...figures(fifty, perSecond),
        unit: "/s",
        goal: { atLeast: 12_000 },
      },
      { what: "flood over 50 bots, CPU", ...figures(fifty, cpuMs), unit: "ms/event" },
    ];
  },
};

interface Measured {
  perSecond: number;
  cpuMs: number;
}

async function measure(start: StartBots, users: number): Promise<Measured> {
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
