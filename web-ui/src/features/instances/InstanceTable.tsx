import { Text } from "@mantine/core";
import type { History, Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../api/accounts.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { InstanceStatusBadge } from "../../components/Status.tsx";
import { DayBars } from "./DayBars.tsx";
import { InstanceActions } from "./InstanceActions.tsx";
import classes from "./InstanceTable.module.css";
import { texts } from "./texts.ts";

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
  const sorted = [...instances].sort((a, b) => a.id.localeCompare(b.id));
  return (
    <CardTable
      label={texts.title}
      columns={[
        ...[texts.name, texts.status, texts.plugin, texts.account, texts.lastAnswer],
        ...(history ? [texts.lastDay, ""] : [""]),
      ]}
    >
      {sorted.map((instance) => {
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
  );
}
