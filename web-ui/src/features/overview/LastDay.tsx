import type { History, Usage } from "@rookery/host/api";
import { byteSize } from "../../components/byte-size.ts";
import { barsOf, eventBars, inWords, sum } from "../../components/chart/over-time.ts";
import { Trend, Trends } from "../../components/chart/Trend.tsx";
import { texts } from "./texts.ts";

const number = new Intl.NumberFormat("en");
const milliseconds = (ms: number) => `${number.format(Math.round(ms))} ms`;

/** What all bots did in the last 24 hours, and what it took. */
export function LastDay({ history, usage }: { history: History; usage: Usage | undefined }) {
  const { total, host } = history;
  const failed = sum(total.failed);
  const slowest = total.p95Ms.findLast((value) => value !== null) ?? null;
  const memory = host.hostBytes.map((bytes, step) =>
    bytes === null ? null : bytes + (host.workersBytes[step] ?? 0),
  );
  const now = usage && usage.host.residentBytes + sum(usage.workers.map((one) => one.residentBytes ?? 0));
  const share = usage && shareOf(usage);
  return (
    <Trends>
      <Trend
        name={texts.received}
        value={number.format(sum(total.received))}
        bars={eventBars(history, total.received, total.failed)}
        label={inWords(history, texts.received, total.received)}
      />
      <Trend
        name={texts.failed}
        value={number.format(failed)}
        bad={failed > 0}
        bars={barsOf(history, total.failed)}
        label={inWords(history, texts.failed, total.failed)}
      />
      <Trend
        name={texts.duration}
        value={slowest === null ? texts.none : milliseconds(slowest)}
        hint={slowest === null ? undefined : texts.durationHint}
        bars={barsOf(history, total.p95Ms, milliseconds)}
        label={inWords(history, texts.duration, total.p95Ms, milliseconds)}
      />
      <Trend
        name={texts.memory}
        value={now === undefined ? texts.none : byteSize(now)}
        hint={share === undefined ? undefined : texts.cpu(share)}
        bars={barsOf(history, memory, byteSize)}
        label={inWords(history, texts.memory, memory, byteSize)}
      />
    </Trends>
  );
}

/** Of one processor, all of it. */
function shareOf({ host, workers }: Usage): number | undefined {
  if (host.cpuPercent === null) return undefined;
  return host.cpuPercent + sum(workers.map(({ cpuPercent }) => cpuPercent ?? 0));
}
