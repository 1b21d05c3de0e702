import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startEchoHost, untilRunning } from "../bots/bots.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Measure, Part } from "../part.ts";
import { median } from "../quantile.ts";

const RUNS = 7;
const PROGRAM = join(import.meta.dirname, "../../packages/cli/bin/rookery.mjs");

export const start: Part = {
  name: "start",
  about: `From the start of the process to the first answer of /healthz, on existing data; of \`rookery --help\`, to its end. Median of ${RUNS}.`,

  async run() {
    await using homeserver = await startInstantHomeserver();
    const measures: Measure[] = [];
    for (const count of [0, 10]) {
      const tokens = Array.from({ length: count }, (_, n) => `bot${n}`);
      await using bots = await startEchoHost({ homeserverUrl: homeserver.url, tokens });
      const { rookery } = bots;
      const answering: number[] = [];
      const running: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        await rookery.stop();
        await delay(100);
        const begin = performance.now();
        await rookery.start();
        await (await fetch(`${rookery.url}/healthz`)).text();
        answering.push(performance.now() - begin);
        await untilRunning(rookery, count);
        running.push(performance.now() - begin);
      }
      const what = `start with ${count} instances`;
      measures.push({
        what: `${what}: the API answers`,
        value: median(answering),
        unit: "ms",
        ...(count === 10 ? { goal: { atMost: 300 } } : {}),
      });
      if (count > 0) measures.push({ what: `${what}: all run`, value: median(running), unit: "ms" });
    }
    const helping = Array.from({ length: RUNS }, () => {
      const begin = performance.now();
      execFileSync(process.execPath, [PROGRAM, "--help"]);
      return performance.now() - begin;
    });
    measures.push({ what: "rookery --help", value: median(helping), unit: "ms", goal: { atMost: 150 } });
    return measures;
  },
};
