import { Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../api/accounts.ts";
import { instancesQuery } from "../../api/instances.ts";
import { noticesQuery } from "../../api/notices.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { Figures } from "../../components/Figures.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { InstanceTable } from "../instances/InstanceTable.tsx";
import { Attention } from "./Attention.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { summary, totals } from "./summary.ts";
import { TryPlayground } from "./TryPlayground.tsx";
import { texts } from "./texts.ts";

/** What is wrong, since when, and what to press; everything else comes below. */
export function OverviewPage() {
  const instances = useQuery(instancesQuery);
  const plugins = useQuery(pluginsQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const notices = useQuery(noticesQuery).data ?? [];
  return (
    <>
      <PageHeader title={texts.title} lead={lead(instances.data)} />
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
                    {texts.counts}
                  </Title>
                  <Totals counts={totals(list)} />
                </section>
                <section>
                  <Title order={2} mb="md">
                    {texts.instances}
                  </Title>
                  <InstanceTable instances={list} reasons={false} />
                </section>
              </>
            )}
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function lead(instances: Parameters<typeof summary>[0] | undefined) {
  if (!instances) return "\u00a0";
  return instances.length === 0 ? texts.firstLead : summary(instances);
}

function Totals({ counts }: { counts: ReturnType<typeof totals> }) {
  return (
    <Figures
      figures={[
        { label: texts.received, value: counts.received },
        { label: texts.sent, value: counts.sent },
        { label: texts.failed, value: counts.failed, bad: counts.failed > 0 },
        { label: texts.waiting, value: counts.waiting },
      ]}
    />
  );
}
