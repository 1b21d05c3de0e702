import { Button, Stack, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconBox, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { pluginsQuery } from "../../api/plugins.ts";
import { BundleSignature } from "../../components/BundleIdentity.tsx";
import { byteSize } from "../../components/byte-size.ts";
import { CopyableId } from "../../components/CopyableId.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { Facts } from "../../components/Facts.tsx";
import { ManagedBadge, ManagedFields } from "../../components/Managed.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { EarlierVersion } from "./EarlierVersion.tsx";
import { PermissionPanel } from "./PermissionPanel.tsx";
import { RolledBack } from "./RolledBack.tsx";
import { texts } from "./texts.ts";
import { Uninstall } from "./Uninstall.tsx";
import { UpgradeWaits } from "./UpgradeWaits.tsx";

const route = getRouteApi("/signed-in/plugins/$id");

export function PluginPage() {
  const { id } = route.useParams();
  const plugins = useQuery(pluginsQuery);
  return (
    <QueryView query={plugins}>
      {(list) => {
        const plugin = list.find((candidate) => candidate.id === id);
        return plugin ? <Details plugin={plugin} /> : <Unknown />;
      }}
    </QueryView>
  );
}

function Details({ plugin }: { plugin: Plugin }) {
  return (
    <>
      <PageHeader title={plugin.name} lead={<Lead plugin={plugin} />}>
        <Button
          component={Link}
          to={`/instances/new?plugin=${encodeURIComponent(plugin.id)}`}
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          {texts.createInstance}
        </Button>
      </PageHeader>
      <Stack gap={32}>
        <UpgradeWaits plugin={plugin} />
        <RolledBack plugin={plugin} />
        <ManagedFields managed={plugin.managed}>
          <PermissionPanel plugin={plugin} />
        </ManagedFields>
        <section>
          <Title order={2} mb="xs">
            {texts.usedBy}
          </Title>
          <UsedBy instances={plugin.instances} />
        </section>
        <section>
          <Title order={2} mb="xs">
            {texts.about}
          </Title>
          <Facts
            facts={[
              [texts.version, plugin.version],
              [texts.license, plugin.license],
              [texts.id, <CopyableId key="id" value={plugin.id} what={texts.id} />],
              [
                texts.hash,
                <CopyableId
                  key="h"
                  value={plugin.sha256}
                  short={plugin.sha256.slice(0, 8)}
                  what={texts.hash}
                />,
              ],
              [texts.signature, <BundleSignature key="s" signature={plugin.signature} />],
              ...signerKey(plugin),
              [texts.size, byteSize(plugin.size)],
              [texts.installedAt, <RelativeTime key="at" at={plugin.installedAt} />],
            ]}
          />
        </section>
        {plugin.managed === null && (
          <>
            <EarlierVersion plugin={plugin} />
            <Uninstall plugin={plugin} />
          </>
        )}
      </Stack>
    </>
  );
}

function Lead({ plugin: { description, managed } }: { plugin: Plugin }) {
  return (
    <>
      {description} <ManagedBadge managed={managed} />
    </>
  );
}

/** The key that a trusting configuration would name. */
function signerKey({ signature: { publicKey } }: Plugin): [string, ReactNode][] {
  if (publicKey === null) return [];
  return [[texts.publicKey, <CopyableId key="k" value={publicKey} what={texts.publicKey} />]];
}

function UsedBy({ instances }: { instances: string[] }) {
  if (instances.length === 0) return <Text c="dimmed">{texts.usedByNone}</Text>;
  return (
    <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {instances.map((id) => (
        <li key={id}>
          <Link to="/instances/$id" params={{ id }}>
            {id}
          </Link>
        </li>
      ))}
    </Stack>
  );
}

function Unknown() {
  return (
    <EmptyState order={1} icon={<IconBox size={40} />} title={texts.unknown} detail={texts.unknownDetail}>
      <Button component={Link} to="/plugins">
        {texts.toList}
      </Button>
    </EmptyState>
  );
}
