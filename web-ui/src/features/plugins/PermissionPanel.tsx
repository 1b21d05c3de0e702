import { Button, Stack, Switch, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { IconLock } from "@tabler/icons-react";
import { useGrant } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import classes from "./PermissionPanel.module.css";
import { sentence, withGrant } from "./permission-list.ts";
import { texts } from "./texts.ts";

/** What a plugin may do, as sentences, each of which the operator grants or takes back. */
export function PermissionPanel({ plugin }: { plugin: Plugin }) {
  const grant = useGrant(plugin.id);
  const list = plugin.permissions;
  const missing = list.filter((permission) => !permission.granted);
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.asks}
      </Title>
      <Stack gap="sm">
        <ProblemAlert error={grant.error} />
        {missing.length > 0 && (
          <div className={classes.waits}>
            <IconLock size={20} aria-hidden />
            <div className={classes.words}>
              <Text fw={600}>{texts.waits(missing.length)}</Text>
              <Text>{texts.waitsDetail}</Text>
            </div>
            <Button onClick={() => grant.mutate(plugin.requested)} loading={grant.isPending}>
              {texts.grantAll}
            </Button>
          </div>
        )}
        <Text>{texts.always}</Text>
        {list.length === 0 && <Text c="dimmed">{texts.nothing}</Text>}
        <ul className={classes.list}>
          {list.map((permission) => (
            <li key={`${permission.permission} ${permission.value}`}>
              <Switch
                label={sentence(permission)}
                description={permission.risk}
                checked={permission.granted}
                disabled={grant.isPending}
                onChange={(event) =>
                  grant.mutate(withGrant(plugin.granted, permission, event.currentTarget.checked))
                }
              />
            </li>
          ))}
        </ul>
      </Stack>
    </section>
  );
}
