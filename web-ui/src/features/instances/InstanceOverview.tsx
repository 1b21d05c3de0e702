import { Stack, Text, Title } from "@mantine/core";
import type { Account, Instance, Plugin } from "@rookery/host/api";
import { IconDoorEnter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { accountsQuery } from "../../api/accounts.ts";
import { instanceQuery } from "../../api/instances.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { BundleIdentity } from "../../components/BundleIdentity.tsx";
import { CopyAction } from "../../components/CopyableId.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Figures } from "../../components/Figures.tsx";
import { NextStep } from "../../components/NextStep.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { texts as shared } from "../../texts.ts";
import { EncryptionLine } from "../accounts/encryption/EncryptionLine.tsx";
import { FullInbox } from "./FullInbox.tsx";
import { InstanceDay } from "./InstanceDay.tsx";
import { InstanceHealth } from "./InstanceHealth.tsx";
import { InstanceWebhooks } from "./InstanceWebhooks.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/");

export function InstanceOverview() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  return instance ? <Overview instance={instance} /> : null;
}

function Overview({ instance }: { instance: Instance }) {
  const plugin = useQuery(pluginsQuery).data?.find(({ id }) => id === instance.pluginId);
  const account = useQuery(accountsQuery).data?.find(({ id }) => id === instance.accountId);
  const { received, sent, failed, waiting, skipped, refused } = instance.counts;
  return (
    <Stack gap={32}>
      <FullInbox instance={instance} />
      {account && instance.lastAnswerAt === null && <FirstRoom account={account} />}
      <InstanceDay id={instance.id} />
      <section>
        <Title order={2} mb="xs">
          {texts.counts}
        </Title>
        <Figures
          figures={[
            { label: texts.received, value: received },
            { label: texts.sent, value: sent },
            { label: texts.failed, value: failed, bad: failed > 0 },
            { label: texts.waiting, value: waiting },
          ]}
        />
      </section>
      <Facts
        facts={[
          [
            texts.plugin,
            <span key="p">
              <Link to="/plugins/$id" params={{ id: instance.pluginId }}>
                {plugin?.name ?? instance.pluginId}
              </Link>{" "}
              <Text span c="dimmed">
                {plugin?.version}
              </Text>
            </span>,
          ],
          ...bundleOf(plugin),
          [
            texts.account,
            <span key="a">
              <Link to="/accounts/$id" params={{ id: instance.accountId }}>
                {account?.userId ?? instance.accountId}
              </Link>{" "}
              <CopyAction value={account?.userId ?? instance.accountId} what={texts.account} />
            </span>,
          ],
          [texts.encryption, <EncryptionLine key="e" accountId={instance.accountId} />],
          [texts.lastAnswer, <RelativeTime key="l" at={instance.lastAnswerAt} />],
          [texts.wanted, instance.enabled ? texts.wantedRunning : texts.wantedStopped],
          ...(skipped > 0 ? [[texts.skipped, texts.skippedCount(skipped)] as const] : []),
          ...(refused > 0 ? [[texts.refused, texts.refusedCount(refused)] as const] : []),
        ]}
      />
      <InstanceHealth health={instance.health} />
      <InstanceWebhooks webhooks={instance.webhooks} />
    </Stack>
  );
}

function bundleOf(plugin: Plugin | undefined): [string, ReactNode][] {
  if (!plugin) return [];
  return [[texts.bundle, <BundleIdentity key="b" sha256={plugin.sha256} signature={plugin.signature} />]];
}

/** What there is to do until it has answered for the first time. */
function FirstRoom({ account: { userId, autojoin, prefix } }: { account: Account }) {
  return (
    <NextStep
      icon={<IconDoorEnter size={20} aria-hidden />}
      title={texts.nextTitle}
      detail={`${shared.inviteIt[autojoin.policy](userId)} ${texts.nextHelp(`${prefix}help`)}`}
    />
  );
}
