import { Button, Stack, Text } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useDismissUpgrade } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import classes from "./PermissionPanel.module.css";
import { texts } from "./texts.ts";

/** Which version did not stay well, when, why, and what became of the data. */
export function RolledBack({ plugin: { id, version, rolledBack } }: { plugin: Plugin }) {
  const dismiss = useDismissUpgrade(id);
  if (!rolledBack) return null;
  const title = texts.rolledBack(rolledBack.version, version);
  return (
    <Stack gap="sm">
      <ProblemAlert error={dismiss.error} />
      <section className={classes.waits} aria-label={title}>
        <IconArrowBackUp size={20} aria-hidden />
        <div className={classes.words}>
          <Text fw={600}>
            {title} <RelativeTime at={rolledBack.at} />
          </Text>
          <Text>{rolledBack.reason}</Text>
          <Text c="dimmed">{texts.rolledBackDetail}</Text>
        </div>
        <Button variant="default" onClick={() => dismiss.mutate()} loading={dismiss.isPending}>
          {texts.dismiss}
        </Button>
      </section>
    </Stack>
  );
}
