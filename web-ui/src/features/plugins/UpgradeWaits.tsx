import { Button, Group, Stack, Text } from "@mantine/core";
import type { Grants, Plugin } from "@rookery/host/api";
import { IconLock } from "@tabler/icons-react";
import { useAcceptUpgrade, useDismissUpgrade, useGrant } from "../../api/plugins.ts";
import { BundleIdentity } from "../../components/BundleIdentity.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { withWaiting } from "../../components/permissions/permission-list.ts";
import { useToast } from "../../components/toasts/Toasts.tsx";
import classes from "./PermissionPanel.module.css";
import { texts, waitsFor } from "./texts.ts";
import { VersionDifference } from "./VersionDifference.tsx";

/**
 * A version that wants more than the installed one was granted, or comes from another signer: what
 * exactly, and the decision.
 */
export function UpgradeWaits({ plugin }: { plugin: Plugin }) {
  const grant = useGrant(plugin.id);
  const accept = useAcceptUpgrade(plugin.id);
  const discard = useDismissUpgrade(plugin.id);
  const toast = useToast();
  const { waiting, name, version } = plugin;
  if (!waiting) return null;
  const wanted = waiting.permissions;
  const done = {
    onSuccess: (after: Plugin) => toast({ message: texts.upgraded(name, after.version) }),
  };
  const upgrade = (grants: Grants) => {
    if (!waiting.newSigner) grant.mutate(grants, done);
    else accept.mutate({ sha256: waiting.sha256, grants: wanted.length > 0 ? grants : null }, done);
  };
  const pending = grant.isPending || accept.isPending;
  return (
    <Stack gap="sm">
      <ProblemAlert error={grant.error ?? accept.error ?? discard.error} />
      <section className={`${classes.waits} ${classes.tall}`} aria-label={waitsFor(waiting)}>
        <IconLock size={20} aria-hidden />
        <div className={classes.words}>
          <Text fw={600}>{waitsFor(waiting)}</Text>
          {waiting.newSigner && <Text>{texts.newSigner(version)}</Text>}
          <ul className={classes.versions}>
            {[plugin, waiting].map(({ version, sha256, signature }) => (
              <li key={sha256}>
                <Text span fw={500}>
                  {version}
                </Text>
                <BundleIdentity sha256={sha256} signature={signature} />
              </li>
            ))}
          </ul>
          {(wanted.length > 0 || !waiting.newSigner) && (
            <Text>{wanted.length > 0 ? texts.upgradeWaitsDetail(version) : texts.upgradeReady(version)}</Text>
          )}
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
          <div className={classes.difference}>
            <VersionDifference {...waiting.difference} sizes={[plugin.size, waiting.size]} />
          </div>
        </div>
        <Group gap="xs">
          <Button onClick={() => upgrade(withWaiting(plugin))} loading={pending} disabled={discard.isPending}>
            {actionFor(waiting, wanted.length > 0)}
          </Button>
          {wanted.length > 0 && (
            <Button
              variant="default"
              onClick={() => upgrade({ ...plugin.granted, refused: waiting.missing })}
              disabled={pending || discard.isPending}
            >
              {texts.upgradeWithout}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => discard.mutate()}
            loading={discard.isPending}
            disabled={pending}
          >
            {texts.upgradeDiscard}
          </Button>
        </Group>
      </section>
    </Stack>
  );
}

function actionFor(
  { version, newSigner, signature }: NonNullable<Plugin["waiting"]>,
  wantsMore: boolean,
): string {
  if (!newSigner) return wantsMore ? texts.upgradeGrant(version) : texts.upgradeTry(version);
  const accept = signature.state === "unsigned" ? texts.acceptUnsigned : texts.acceptKey;
  return accept(version, wantsMore);
}
