import { Button, Group, Stack, Text } from "@mantine/core";
import type { Grants, Plugin } from "@rookery/host/api";
import { IconLock } from "@tabler/icons-react";
import { useDismissUpgrade, useGrant } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { withWaiting } from "../../components/permissions/permission-list.ts";
import { useToast } from "../../components/toasts/Toasts.tsx";
import classes from "./PermissionPanel.module.css";
import { texts } from "./texts.ts";

/** A newer version that wants more than the installed one was granted: what exactly, and the decision. */
export function UpgradeWaits({ plugin }: { plugin: Plugin }) {
  const grant = useGrant(plugin.id);
  const discard = useDismissUpgrade(plugin.id);
  const toast = useToast();
  const { waiting, name, version } = plugin;
  if (!waiting) return null;
  const wanted = waiting.permissions;
  const upgrade = (grants: Grants) =>
    grant.mutate(grants, {
      onSuccess: (after) => toast({ message: texts.upgraded(name, after.version) }),
    });
  return (
    <Stack gap="sm">
      <ProblemAlert error={grant.error ?? discard.error} />
      <section className={classes.waits} aria-label={texts.upgradeWaits(waiting.version)}>
        <IconLock size={20} aria-hidden />
        <div className={classes.words}>
          <Text fw={600}>{texts.upgradeWaits(waiting.version)}</Text>
          <Text>{wanted.length > 0 ? texts.upgradeWaitsDetail(version) : texts.upgradeReady(version)}</Text>
          <ul className={classes.wanted}>
            {wanted.map(({ words, risk }) => (
              <li key={words}>
                {words}.{" "}
                <Text span c="dimmed">
                  {risk}
                </Text>
              </li>
            ))}
          </ul>
        </div>
        <Group gap="xs">
          <Button
            onClick={() => upgrade(withWaiting(plugin))}
            loading={grant.isPending}
            disabled={discard.isPending}
          >
            {wanted.length > 0 ? texts.upgradeGrant(waiting.version) : texts.upgradeTry(waiting.version)}
          </Button>
          {wanted.length > 0 && (
            <Button
              variant="default"
              onClick={() => upgrade({ ...plugin.granted, refused: waiting.missing })}
              disabled={grant.isPending || discard.isPending}
            >
              {texts.upgradeWithout}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => discard.mutate()}
            loading={discard.isPending}
            disabled={grant.isPending}
          >
            {texts.upgradeDiscard}
          </Button>
        </Group>
      </section>
    </Stack>
  );
}
