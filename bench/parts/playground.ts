import { setTimeout as delay } from "node:timers/promises";
import type { Person } from "../../test/matrix/person.ts";
import type { Rookery } from "../../test/rookery/rookery.ts";
import { startEchoHost } from "../bots/bots.ts";
import { cpuMs } from "../bots/process-usage.ts";
import { commandText } from "../homeservers/events.ts";
import { type DevHomeserver, startDevHomeserver } from "../homeservers/start-dev.ts";
import type { Part } from "../part.ts";
import { quantile } from "../quantile.ts";

const ECHOES = 300;
const WARM_UP = 5_000;
const COMMANDS = 10_000;
const ROOMS = 50;
/** Commands that may be waiting, so that no sync is larger than a timeline (100 events of a room). */
const LEAD = 1_000;

export const playground: Part = {
  name: "playground",
  about: `The development homeserver, a process of its own, as a person sees it: ${ECHOES} echoes one after another, then ${COMMANDS} injected commands over ${ROOMS} rooms. Most of the time is the homeserver's; CPU is the host's alone.`,

  async run() {
    await using homeserver = await startDevHomeserver();
    const [ada, bot] = [await homeserver.register("ada"), await homeserver.register("bot")];
    await using bots = await startEchoHost({ homeserverUrl: homeserver.url, tokens: [bot.accessToken] });
    const rooms: string[] = [];
    for (let n = 0; n < ROOMS; n++) rooms.push(await ada.createRoom([bot.userId]));
    for (const room of rooms) await ada.joined(room, bot.userId);

    const latencies: number[] = [];
    for (let n = 0; n < ECHOES; n++) latencies.push(await echoOnce(ada, bot.userId, rooms[0] ?? "", n));

    const asked = await flood(homeserver, ada, bots.rookery, rooms, WARM_UP);
    const cpu = cpuMs(bots.pid);
    const begin = performance.now();
    asked.push(...(await flood(homeserver, ada, bots.rookery, rooms, COMMANDS)));
    const seconds = (performance.now() - begin) / 1000;
    const cpuPerEvent = (cpuMs(bots.pid) - cpu) / COMMANDS;
    await checkAnswers(ada, bot.userId, rooms, asked);
    return [
      { what: "playground: echo, p50", value: quantile(latencies, 0.5), unit: "ms" },
      { what: "playground: echo, p95", value: quantile(latencies, 0.95), unit: "ms" },
      { what: "playground: flood, echoes", value: COMMANDS / seconds, unit: "/s" },
      { what: "playground: flood, CPU", value: cpuPerEvent, unit: "ms/event" },
    ];
  },
};

/** From sending a command to seeing its answer, in milliseconds. */
async function echoOnce(person: Person, botId: string, roomId: string, n: number): Promise<number> {
  const begin = performance.now();
  const asked = await person.say(roomId, commandText(n));
  await person.until(roomId, (events) =>
    events.some(
      ({ sender, content }) =>
        sender === botId && content["m.relates_to"]?.["m.in_reply_to"]?.event_id === asked,
    ),
  );
  return performance.now() - begin;
}

/** Injects commands and waits until all are answered; gives their event IDs. */
async function flood(
  homeserver: DevHomeserver,
  person: Person,
  rookery: Rookery,
  rooms: string[],
  commands: number,
): Promise<string[]> {
  const sent = async () => (await rookery.instance("echo-0")).counts.sent;
  const before = await sent();
  const asked: string[] = [];
  while (asked.length < commands) {
    asked.push(...(await homeserver.inject(person, rooms, commandText(asked.length))));
    while (asked.length - ((await sent()) - before) > LEAD) await delay(10);
  }
  while ((await sent()) - before < commands) await delay(10);
  return asked;
}

/** @throws where a command was not answered, or more than once */
async function checkAnswers(person: Person, botId: string, rooms: string[], asked: string[]): Promise<void> {
  const answers = new Map<string, number>();
  for (const room of rooms) {
    for (const { sender, content } of await person.history(room)) {
      const to = sender === botId ? content["m.relates_to"]?.["m.in_reply_to"]?.event_id : undefined;
      if (to !== undefined) answers.set(to, (answers.get(to) ?? 0) + 1);
    }
  }
  const wrong = asked.filter((eventId) => answers.get(eventId) !== 1);
  if (wrong.length > 0) throw new Error(`${wrong.length} commands were not answered once.`);
}
