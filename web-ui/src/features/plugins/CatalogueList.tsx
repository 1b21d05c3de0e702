import { Button, Group, Stack, Text, Title } from "@mantine/core";
import type { OfferedPlugin } from "@rookery/host/api";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { catalogueQuery, useInstallOffered } from "../../api/plugins.ts";
import { byteSize } from "../../components/byte-size.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import classes from "./PluginCard.module.css";
import { installedWords, texts } from "./texts.ts";

/** What comes with Rookery and is not installed as it comes. Nothing at all where all of it is. */
export function CatalogueList() {
  const offered = useQuery(catalogueQuery).data?.filter(({ isSame }) => !isSame) ?? [];
  if (offered.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.catalogue}
      </Title>
      <Stack component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {offered.map((plugin) => (
          <li key={plugin.id}>
            <Offer plugin={plugin} />
          </li>
        ))}
      </Stack>
    </section>
  );
}

function Offer({ plugin }: { plugin: OfferedPlugin }) {
  const install = useInstallOffered();
  const navigate = useNavigate();
  const toast = useToast();
  const onInstall = () =>
    install.mutate(plugin.id, {
      onSuccess: (installed) => {
        toast({ message: installedWords(installed) });
        void navigate({ to: "/plugins/$id", params: { id: installed.id }, ignoreBlocker: true });
      },
    });
  return (
    <article className={classes.card}>
      <Group justify="space-between" align="start" gap="xs">
        <Title order={3}>
          {plugin.name}{" "}
          <Text span c="dimmed" fw={400}>
            {plugin.version}
          </Text>
        </Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={install.isPending}
          onClick={onInstall}
        >
          {plugin.installed === null
            ? texts.installOffered(plugin.name)
            : texts.replaceByOffered(plugin.installed, plugin.version)}
        </Button>
      </Group>
      <Text>{plugin.description}</Text>
      <Text c="dimmed" size="xs">
        {texts.offeredFacts(plugin.license, byteSize(plugin.size))}
      </Text>
      <ProblemAlert error={install.error} />
    </article>
  );
}
