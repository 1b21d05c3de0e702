import type { StartBots } from "../bots/bots.ts";
import { compare, figures } from "../bots/compare.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";
import { quantile } from "../quantile.ts";

const WARM_UP = 1_000;
const TIMES = 2_000;
const QUIET = { times: 150, quietMs: 20 };
const STEADY = { times: 150, quietMs: 100 };

export const echo: Part = {
  name: "echo",
  about:
    "One command after another, from when the homeserver has it to when it has the answer; on a stand-in that answers at once. Then one every 20 ms, and ten a second.",

  async run() {
    const all = await compare(measure);
    return [
      { what: "echo, p50", ...figures(all, ({ busy }) => busy.p50), unit: "ms", goal: { atMost: 0.25 } },
      { what: "echo, p95", ...figures(all, ({ busy }) => busy.p95), unit: "ms", goal: { atMost: 0.6 } },
      {
        what: "echo after 20 ms of quiet, p50",
        ...figures(all, ({ quiet }) => quiet.p50),
        unit: "ms",
        goal: { atMost: 1.1 },
      },
      { what: "echo at 10 a second, p50", ...figures(all, ({ steady }) => steady.p50), unit: "ms" },
      { what: "echo at 10 a second, p95", ...figures(all, ({ steady }) => steady.p95), unit: "ms" },
    ];
  },
};

async function measure(start: StartBots) {
  await using homeserver = await startInstantHomeserver();
  await using _bots = await start({ homeserverUrl: homeserver.url, tokens: ["bot0"] });
  await homeserver.run("echo", { times: WARM_UP, quietMs: 0 });
  return {
    busy: quantiles(await homeserver.run("echo", { times: TIMES, quietMs: 0 })),
    quiet: quantiles(await homeserver.run("echo", QUIET)),
    steady: quantiles(await homeserver.run("echo", STEADY)),
  };
}

const quantiles = ({ latenciesMs }: { latenciesMs: number[] }) => ({
  p50: quantile(latenciesMs, 0.5),
  p95: quantile(latenciesMs, 0.95),
});
