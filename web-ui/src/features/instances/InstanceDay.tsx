import { Text, Title } from "@mantine/core";
import type { InstanceHistory } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { instanceHistoryQuery } from "../../api/history.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { Bars } from "../../components/chart/Bars.tsx";
import { barsOf, eventBars, inWords, stepName, sum } from "../../components/chart/over-time.ts";
import { Rows } from "../../components/QueryView.tsx";
import classes from "./InstanceDay.module.css";
import { texts } from "./texts.ts";

const milliseconds = (ms: number) => `${Math.round(ms)} ms`;

/** What an instance did in the last 24 hours, by the quarter of an hour: as bars, and as a table for who reads. */
export function InstanceDay({ id }: { id: string }) {
  const history = useQuery(instanceHistoryQuery(id)).data;
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.lastDay}
      </Title>
      {history ? <Charts history={history} /> : <Rows />}
    </section>
  );
}

function Charts({ history }: { history: InstanceHistory }) {
  const { received, sent, failed, p95Ms } = history;
  const failures = sum(failed);
  return (
    <>
      <div className={classes.charts}>
        <figure className={classes.chart}>
          <figcaption>
            {texts.receivedInDay(sum(received), sum(sent))}
            {failures > 0 && <span className={classes.bad}> {texts.failedInDay(failures)}</span>}
          </figcaption>
          <Bars
            bars={eventBars(history, received, failed)}
            label={inWords(history, texts.received, received)}
            size="tall"
          />
          <Ends />
        </figure>
        <figure className={classes.chart}>
          <figcaption>{texts.durationInDay}</figcaption>
          <Bars
            bars={barsOf(history, p95Ms, milliseconds)}
            label={inWords(history, texts.durationInDay, p95Ms, milliseconds)}
            size="tall"
          />
          <Ends />
        </figure>
      </div>
      <details className={classes.table}>
        <summary>{texts.asTable}</summary>
        <AsTable history={history} />
      </details>
    </>
  );
}

function Ends() {
  return (
    <Text size="xs" c="dimmed" className={classes.ends}>
      <span>{texts.dayAgo}</span>
      <span>{texts.now}</span>
    </Text>
  );
}

/** The quarters in which something happened, the newest first. */
function AsTable({ history }: { history: InstanceHistory }) {
  const { received, sent, failed, p95Ms } = history;
  const busy = received
    .map((_, step) => step)
    .filter((step) => [received, sent, failed].some((of) => of[step]));
  if (busy.length === 0) return <Text c="dimmed">{texts.nothingToday}</Text>;
  return (
    <CardTable
      label={texts.lastDay}
      columns={[texts.time, texts.received, texts.sent, texts.failed, texts.duration]}
    >
      {busy.reverse().map((step) => (
        <tr key={step}>
          <Cell>{stepName(history, step)}</Cell>
          <Cell label={texts.received} number>
            {received[step]}
          </Cell>
          <Cell label={texts.sent} number>
            {sent[step]}
          </Cell>
          <Cell label={texts.failed} number>
            {failed[step]}
          </Cell>
          <Cell label={texts.duration} number>
            {p95Ms[step] == null ? "–" : milliseconds(p95Ms[step])}
          </Cell>
        </tr>
      ))}
    </CardTable>
  );
}
