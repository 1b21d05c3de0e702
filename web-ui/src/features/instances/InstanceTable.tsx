import { Button, Group, Text, TextInput } from "@mantine/core";
import type { History, Instance } from "@rookery/host/api";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { accountsQuery } from "../../api/accounts.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { InstanceStatusBadge } from "../../components/Status.tsx";
import { DayBars } from "./DayBars.tsx";
import { findInstances } from "./find-instances.ts";
import { InstanceActions } from "./InstanceActions.tsx";
import classes from "./InstanceTable.module.css";
import { texts } from "./texts.ts";

/** Rows that are there at first: drawing hundreds takes seconds in which the page answers nobody. */
const SHOWN = 50;
/** With more than these, one looks for one by its name. */
const SEARCHED = 12;

/** Every instance with its status, in a fixed order, so that nothing moves while one looks. */
export function InstanceTable({
  instances,
  reasons = true,
  history,
}: {
  instances: Instance[];
  /** `false` where the reasons stand elsewhere on the page already. */
  reasons?: boolean;
  /** Shown beside each, where it is there. */
  history?: History | undefined;
}) {
  const plugins = useQuery(pluginsQuery).data;
  const accounts = useQuery(accountsQuery).data;
  const [words, setWords] = useState("");
  const [most, setMost] = useState(SHOWN);
  const found = findInstances(instances, words, { plugins, accounts });
  const left = found.length - most;
  return (
    <>
      {instances.length > SEARCHED && (
        <Group mb="sm">
          <TextInput
            aria-label={texts.find}
            placeholder={texts.find}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed" role="status">
            {texts.found(found.length, instances.length)}
          </Text>
        </Group>
      )}
      <CardTable
        label={texts.title}
        columns={[
          ...[texts.name, texts.status, texts.plugin, texts.account, texts.lastAnswer],
          ...(history ? [texts.lastDay, ""] : [""]),
        ]}
      >
        {found.slice(0, most).map((instance) => {
          const plugin = plugins?.find(({ id }) => id === instance.pluginId);
          const account = accounts?.find(({ id }) => id === instance.accountId);
          return (
            <tr key={instance.id}>
              <Cell>
                <Link to="/instances/$id" params={{ id: instance.id }} className={classes.name}>
                  {instance.id}
                </Link>
              </Cell>
              <Cell label={texts.status}>
                <InstanceStatusBadge status={instance.status} />
                {reasons && instance.statusReason && (
                  <Text size="xs" c="dimmed" maw={280}>
                    {instance.statusReason}
                  </Text>
                )}
              </Cell>
              <Cell label={texts.plugin}>
                <Link to="/plugins/$id" params={{ id: instance.pluginId }}>
                  {plugin ? plugin.name : instance.pluginId}
                </Link>{" "}
                <Text span c="dimmed">
                  {plugin?.version}
                </Text>
              </Cell>
              <Cell label={texts.account}>
                <Text span className={classes.account}>
                  {account?.userId ?? instance.accountId}
                </Text>
              </Cell>
              <Cell label={texts.lastAnswer}>
                <RelativeTime at={instance.lastAnswerAt} />
              </Cell>
              {history && (
                <Cell label={texts.lastDay}>
                  <DayBars id={instance.id} history={history} />
                </Cell>
              )}
              <Cell end>
                <InstanceActions instance={instance} />
              </Cell>
            </tr>
          );
        })}
      </CardTable>
      {left > 0 && (
        <Button variant="default" mt="md" onClick={() => setMost(most + SHOWN)}>
          {texts.showMore(Math.min(left, SHOWN), left)}
        </Button>
      )}
    </>
  );
}
