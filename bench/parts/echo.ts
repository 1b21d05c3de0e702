import { startBareLoop, startEchoHost } from "../bots/bots.ts";
import { type InstantHomeserver, startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";
import { quantile } from "../quantile.ts";

const WARM_UP = 1_000;
const TIMES = 2_000;
const QUIET = { times: 150, quietMs: 20 };

export const echo: Part = {
  name: "echo",
  about:
    "One command after another, from when the homeserver has it to when it has the answer; on a stand-in that answers at once.",

  async run() {
    const [host, floor] = [await measure(startEchoHost), await measure(startBareLoop)];
    return [
      { what: "echo, p50", value: host.p50, floor: floor.p50, unit: "ms", goal: { atMost: 0.25 } },
      { what: "echo, p95", value: host.p95, floor: floor.p95, unit: "ms", goal: { atMost: 0.6 } },
      {
        what: "echo after 20 ms of quiet, p50",
        value: host.quiet,
        floor: floor.quiet,
        unit: "ms",
        goal: { atMost: 1.1 },
      },
    ];
  },
};

async function measure(start: typeof startEchoHost | typeof startBareLoop) {
  await using homeserver: InstantHomeserver = await startInstantHomeserver();
  await using _bots = await start({ homeserverUrl: homeserver.url, tokens: ["bot0"] });
  await homeserver.run("echo", { times: WARM_UP, quietMs: 0 });
  const { latenciesMs } = await homeserver.run("echo", { times: TIMES, quietMs: 0 });
  const quiet = await homeserver.run("echo", QUIET);
  return {
    p50: quantile(latenciesMs, 0.5),
    p95: quantile(latenciesMs, 0.95),
    quiet: quantile(quiet.latenciesMs, 0.5),
  };
}
