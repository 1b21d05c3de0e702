import { Button, Group, Stack, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconLock } from "@tabler/icons-react";
import { useGrant, useIsPluginChanging } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { PermissionSwitches } from "../../components/permissions/PermissionSwitches.tsx";
import { isUndecided, permissionsOf, withPart } from "../../components/permissions/permission-list.ts";
import { texts as states } from "../../components/permissions/texts.ts";
import classes from "./PermissionPanel.module.css";
import { texts } from "./texts.ts";

/** What a plugin may do, as sentences, each of which the operator grants or takes back. */
export function PermissionPanel({ plugin }: { plugin: Plugin }) {
  const grant = useGrant(plugin.id);
  const isChanging = useIsPluginChanging(plugin.id);
  const { permissions, granted, requested, etag: known } = plugin;
  const undecided = permissions.filter(isUndecided);
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.asks}
      </Title>
      <Stack gap="sm">
        <ProblemAlert error={grant.error} />
        {undecided.length > 0 && (
          <div className={classes.waits}>
            <IconLock size={20} aria-hidden />
            <div className={classes.words}>
              <Text fw={600}>{texts.waits(undecided.length)}</Text>
              <Text>{texts.waitsDetail}</Text>
            </div>
            <Group gap="xs">
              <Button
                onClick={() => grant.mutate({ ...requested, known })}
                loading={grant.isPending}
                disabled={isChanging}
              >
                {texts.grantAll}
              </Button>
              <Button
                variant="default"
                onClick={() => grant.mutate({ ...granted, refused: permissionsOf(undecided), known })}
                disabled={isChanging}
              >
                {texts.goOnWithout}
              </Button>
            </Group>
          </div>
        )}
        <Text>{texts.always}</Text>
        {permissions.length === 0 && <Text c="dimmed">{texts.nothing}</Text>}
        <PermissionSwitches
          permissions={permissions}
          isOn={(permission) => permission.granted}
          whyOff={(permission) => (permission.refused ? states.refused : states.undecided)}
          isFixed={() => false}
          isBusy={isChanging}
          onChange={(permission, on) => grant.mutate({ ...withPart(granted, permission, on), known })}
        />
      </Stack>
    </section>
  );
}
