import { Stack, Title } from "@mantine/core";
import type { Account, Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../api/accounts.ts";
import { historyQuery, usageQuery } from "../../api/history.ts";
import { instancesQuery } from "../../api/instances.ts";
import { noticesQuery } from "../../api/notices.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView, Rows } from "../../components/QueryView.tsx";
import { InstanceTable } from "../instances/InstanceTable.tsx";
import { AccountStates } from "./AccountStates.tsx";
import { Attention } from "./Attention.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { LastDay } from "./LastDay.tsx";
import { Processes } from "./Processes.tsx";
import { summary } from "./summary.ts";
import { TryPlayground } from "./TryPlayground.tsx";
import { texts } from "./texts.ts";

/** What is wrong, since when, and what to press; everything else comes below. */
export function OverviewPage() {
  const instances = useQuery(instancesQuery);
  const plugins = useQuery(pluginsQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const notices = useQuery(noticesQuery).data ?? [];
  const isEmpty = instances.data?.length === 0;
  const history = useQuery({ ...historyQuery, enabled: !isEmpty }).data;
  const usage = useQuery({ ...usageQuery, enabled: !isEmpty }).data;
  return (
    <>
      <PageHeader title={texts.title} lead={lead(instances.data, accounts)} />
      <QueryView query={instances}>
        {(list) => (
          <Stack gap={32}>
            <Attention instances={list} accounts={accounts} plugins={plugins} notices={notices} />
            {list.length === 0 ? (
              <FirstRun plugins={plugins.length} accounts={accounts.length} />
            ) : (
              <>
                <TryPlayground instances={list} />
                <section>
                  <Title order={2} mb="xs">
                    {texts.lastDay}
                  </Title>
                  {history ? <LastDay history={history} usage={usage} /> : <Rows />}
                </section>
                <section>
                  <Title order={2} mb="md">
                    {texts.instances}
                  </Title>
                  <InstanceTable instances={list} reasons={false} history={history} />
                </section>
                <section>
                  <Title order={2} mb="md">
                    {texts.accounts}
                  </Title>
                  <AccountStates accounts={accounts} />
                </section>
                {usage && (
                  <section>
                    <Title order={2} mb="md">
                      {texts.processes}
                    </Title>
                    <Processes usage={usage} plugins={plugins} />
                  </section>
                )}
              </>
            )}
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function lead(instances: Instance[] | undefined, accounts: Account[]) {
  if (!instances) return "\u00a0";
  return instances.length === 0 ? texts.firstLead : summary(instances, accounts);
}
