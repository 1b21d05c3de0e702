import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { readAnswers } from "../crash/answers.ts";
import { echoBundle } from "../crash/echo.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { INSPECTED, openHeap } from "../rookery/heap.ts";
import { startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, startSynapse } from "../synapse/synapse.ts";

/** `npm run test:soak` takes half an hour; `npm test` two minutes, beside other tests. */
const SECONDS = Number(process.env.ROOKERY_SOAK_SECONDS ?? 120);
const BOTS = 5;
/** Together the bots hear five a second, once they are warm. */
const EVERY_MS = 1_000;
const LONG = SECONDS >= 1_200;
/** How long Synapse runs before it is ended anew: at random, from this many seconds to three times as many. */
const PAUSE_SECONDS = LONG ? 60 : SECONDS / 6;
/** Until caches are full and code is compiled, which takes some ten thousand messages: half a megabyte, and then no more. */
const WARM_UP_SECONDS = LONG ? 600 : SECONDS / 3;
const WARM_UP_EVERY_MS = LONG ? 100 : EVERY_MS;
const MOST_MB_PER_HOUR = 1;
/** So much garbage the host lets lie: `collect-when-quiet.ts`. */
const GARBAGE_MB = 16;
const HELD_EVERY_MS = 10_000;
const MB = 1024 * 1024;
const PAGE_BYTES = 4_096;

describeWith(
  [isSynapseAvailable()],
  "a host of five bots, and a Synapse that is ended again and again",
  () => {
    it(`answers everything once for ${SECONDS} seconds, and takes no more of the machine with time`, {
      timeout: (SECONDS + 240) * 1_000,
    }, async () => {
      const synapse = await startSynapse();
      onTestFinished(() => synapse.dispose());
      const rookery = await startRookery({ env: INSPECTED });
      onTestFinished(() => rookery.dispose());
      const heap = await openHeap(rookery);
      onTestFinished(heap.close);
      const ada = await createPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
      const { id: pluginId } = await rookery.addPlugin(await echoBundle());
      const rooms: { roomId: string; botId: string; instanceId: string }[] = [];
      for (let number = 1; number <= BOTS; number++) {
        const name = `bot${number}`;
        const { userId: botId } = await synapse.registerUser(name, name);
        const login = { homeserverUrl: synapse.url, username: name, password: name };
        const account = await rookery.addAccount(login);
        await rookery.addInstance({ id: name, pluginId, accountId: account.id });
        const roomId = await ada.createRoom([botId]);
        await ada.joined(roomId, botId);
        rooms.push({ roomId, botId, instanceId: name });
      }

      const begin = performance.now();
      const end = begin + SECONDS * 1_000;
      const isWarm = (at: number) => at >= begin + WARM_UP_SECONDS * 1_000;
      const over = () => performance.now() >= end;
      const usage: Usage[] = [];
      /** Of the host's heap, without garbage. */
      const held: { at: number; bytes: number }[] = [];
      let restarts = 0;
      await Promise.all([
        ...rooms.map(async ({ roomId }) => {
          for (let number = 0; !over(); number++) {
            const pauseMs = isWarm(performance.now()) ? EVERY_MS : WARM_UP_EVERY_MS;
            await Promise.all([sayOnce(ada, roomId, `!echo ${number}`), delay(pauseMs)]);
          }
        }),
        (async () => {
          while (true) {
            const pauseMs = PAUSE_SECONDS * (1 + Math.random() * 2) * 1_000;
            await delay(Math.min(pauseMs, Math.max(0, end - performance.now())));
            if (end - performance.now() < 10_000) return;
            await (restarts % 2 === 0 ? synapse.kill() : synapse.stop());
            await synapse.restart();
            restarts++;
          }
        })(),
        (async () => {
          for (; !over(); await delay(1_000)) usage.push(usageOf(rookery.pid));
        })(),
        (async () => {
          // From the begin on: code that is not used is dropped after some collections, which is no gain to be counted.
          for (; !over(); await delay(HELD_EVERY_MS))
            held.push({ at: performance.now(), bytes: await heap.held() });
        })(),
      ]);

      await synapse.ready();
      for (const { roomId, botId, instanceId } of rooms) {
        // Over when the last is answered: rooms keep their order.
        await ada.say(roomId, "!echo last");
        await ada.until(roomId, (events) =>
          events.some(({ sender, content }) => sender === botId && String(content.body).endsWith("last")),
        );
        await rookery.until(instanceId, ({ counts }) => counts.waiting === 0);
        const answers = await readAnswers(ada, roomId, botId);
        expect(answers).toMatchObject({ missing: [], twice: [], inOrder: true });
        expect(answers.commands).toBeGreaterThan(SECONDS / 2);
      }
      expect(restarts).toBeGreaterThan(0);
      usage.push(usageOf(rookery.pid));
      const warm = usage.filter(({ at }) => isWarm(at));
      // Connections are made anew after each end, so that only the most there are at a time tells.
      const half = Math.ceil(usage.length / 2);
      const [before, after] = [most(usage.slice(0, half)), most(usage.slice(half))];
      const [least, leastLater] = [
        leastMb(warm.slice(0, warm.length / 4)),
        leastMb(warm.slice(-warm.length / 4)),
      ];
      const warmHeld = held.filter(({ at }) => isWarm(at));
      const slope = slopeOf(warmHeld);
      console.log(
        `${restarts} ends of Synapse; memory with all processes ${least.toFixed(1)} to ${leastLater.toFixed(1)} MB; the host's heap ` +
          `without garbage ${[warmHeld[0], warmHeld.at(-1)].map((one) => ((one?.bytes ?? 0) / MB).toFixed(2)).join(" to ")} MB, ${slope.toFixed(2)} MB/h; ` +
          `at most ${before} descriptors in the first half, ${after} in the second`,
      );
      expect(after).toBeLessThanOrEqual(before + 2);
      // In less time, code that is compiled and caches that fill are a steep slope.
      if (!LONG) return;
      expect(leastLater - least).toBeLessThan(GARBAGE_MB);
      expect(slope).toBeLessThan(MOST_MB_PER_HOUR);
    });
  },
);

/** As a client does: again and again under one transaction ID, until the homeserver has it. */
async function sayOnce(person: Person, roomId: string, body: string): Promise<void> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${crypto.randomUUID()}`;
  const deadline = performance.now() + 90_000;
  while (true) {
    try {
      await person.request("PUT", path, { msgtype: "m.text", body });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(100);
    }
  }
}

interface Usage {
  at: number;
  /** Of the host and the processes that it started. */
  bytes: number;
  descriptors: number;
}

function usageOf(host: number): Usage {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === host);
  const all = [String(host), ...pids];
  const sum = (count: (pid: string) => number) => all.reduce((total, pid) => total + count(pid), 0);
  return {
    at: performance.now(),
    bytes: sum((pid) => Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0) * PAGE_BYTES),
    descriptors: sum((pid) => attempt(() => readdirSync(`/proc/${pid}/fd`).length) ?? 0),
  };
}

function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Empty where the process is gone meanwhile. */
const read = (file: string) => attempt(() => readFileSync(file, "latin1")) ?? "";

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

const most = (usages: Usage[]) => Math.max(...usages.map(({ descriptors }) => descriptors));
const leastMb = (usages: Usage[]) => Math.min(...usages.map(({ bytes }) => bytes)) / MB;

/** How much more is held with time, in MB an hour: the slope of the line that fits best. */
function slopeOf(held: { at: number; bytes: number }[]): number {
  const points = held.map(({ at, bytes }) => ({ x: at / 3_600_000, y: bytes / MB }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const over = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
  return over / points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
}
