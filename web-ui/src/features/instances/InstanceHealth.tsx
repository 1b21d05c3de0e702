import { Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { texts } from "./texts.ts";

/** What the plugin tells of what it looks after. Nothing for one that tells nothing. */
export function InstanceHealth({ health }: Pick<Instance, "health">) {
  if (health.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.health}
      </Title>
      <CardTable label={texts.health} columns={[texts.healthCheck, texts.healthState, texts.since]}>
        {health.map(({ check, ok, message, since }) => (
          <tr key={check}>
            <Cell>{check}</Cell>
            <Cell label={texts.healthState}>
              {ok ? texts.healthOk : <strong>{texts.healthFailing}</strong>} {message}
            </Cell>
            <Cell label={texts.since}>
              <RelativeTime at={since} />
            </Cell>
          </tr>
        ))}
      </CardTable>
    </section>
  );
}
