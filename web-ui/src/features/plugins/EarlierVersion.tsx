import { Button, Group, Stack, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useRollBack } from "../../api/plugins.ts";
import { BundleIdentity } from "../../components/BundleIdentity.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";
import { VersionDifference } from "./VersionDifference.tsx";

/** The way back to the version before, and what it does to configs and databases. */
export function EarlierVersion({ plugin }: { plugin: Plugin }) {
  const rollBack = useRollBack(plugin.id);
  const toast = useToast();
  const { previous, version, watchedUntil } = plugin;
  if (!previous) return null;
  const go = () =>
    rollBack.mutate(undefined, {
      onSuccess: (after) => toast({ message: texts.upgraded(after.name, after.version) }),
    });
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.versions}
      </Title>
      <Stack gap="xs" align="flex-start">
        <ProblemAlert error={rollBack.error} />
        {watchedUntil && <Text>{texts.watched(version)}</Text>}
        <Group gap="xs">
          <Text>{texts.before(previous.version)}</Text>
          <BundleIdentity sha256={previous.sha256} signature={previous.signature} />
        </Group>
        <Text>{texts.sinceBefore(version, previous.version)}</Text>
        <VersionDifference {...previous.difference} sizes={[previous.size, plugin.size]} />
        <Text c="dimmed">{previous.databases ? texts.rollBackWithData : texts.rollBackWithoutData}</Text>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={go}
          loading={rollBack.isPending}
        >
          {texts.rollBack(previous.version)}
        </Button>
      </Stack>
    </section>
  );
}
