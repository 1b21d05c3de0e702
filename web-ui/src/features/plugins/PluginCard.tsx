import { Button, Group, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconArrowBackUp, IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { isUndecided } from "../../components/permissions/permission-list.ts";
import classes from "./PluginCard.module.css";
import { texts } from "./texts.ts";

export function PluginCard({ plugin }: { plugin: Plugin }) {
  const missing = plugin.permissions.filter(isUndecided);
  const { waiting, rolledBack } = plugin;
  const decide = [
    ...(missing.length > 0 ? [texts.waits(missing.length)] : []),
    ...(waiting ? [texts.upgradeWaits(waiting.version)] : []),
    ...(rolledBack ? [`${texts.rolledBack(rolledBack.version, plugin.version)}.`] : []),
  ];
  return (
    <article className={classes.card}>
      <Group justify="space-between" align="baseline" gap="xs">
        <Title order={2}>
          <Link to="/plugins/$id" params={{ id: plugin.id }} className={classes.link}>
            {plugin.name}
          </Link>{" "}
          <Text span c="dimmed" fw={400}>
            {plugin.version}
          </Text>
        </Title>
        <Text c="dimmed" size="xs">
          {texts.instancesCount(plugin.instances.length)}
        </Text>
      </Group>
      <Text>{plugin.description}</Text>
      <Text c="dimmed" ff="monospace" size="xs">
        {plugin.id}
      </Text>
      {decide.length > 0 && (
        <Group gap="xs" mt="xs" className={classes.waits}>
          {missing.length > 0 || waiting ? (
            <IconLock size={16} aria-hidden />
          ) : (
            <IconArrowBackUp size={16} aria-hidden />
          )}
          <Text fw={500}>{decide.join(" ")}</Text>
          <Button
            component={Link}
            to={`/plugins/${encodeURIComponent(plugin.id)}`}
            size="compact-xs"
            variant="default"
          >
            {texts.review}
          </Button>
        </Group>
      )}
    </article>
  );
}
