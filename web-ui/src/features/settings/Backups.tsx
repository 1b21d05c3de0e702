import { Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import type { Backup } from "@rookery/host/api";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { backupHref, backupsQuery, useMakeBackup, useRemoveBackup } from "../../api/backups.ts";
import { configurationQuery } from "../../api/configuration.ts";
import { byteSize } from "../../components/byte-size.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

/** The backups that the host has, and one more. */
export function Backups() {
  const backups = useQuery(backupsQuery);
  const make = useMakeBackup();
  const toast = useToast();
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{texts.backups}</Title>
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          loading={make.isPending}
          onClick={() =>
            make.mutate(undefined, { onSuccess: ({ name }) => toast({ message: texts.backupMade(name) }) })
          }
        >
          {texts.makeBackup}
        </Button>
      </Group>
      <Schedule />
      <Stack>
        <ProblemAlert error={make.error} />
        <QueryView query={backups}>
          {(list) =>
            list.length === 0 ? (
              <Text>{texts.noBackups}</Text>
            ) : (
              <CardTable label={texts.backups} columns={[texts.file, texts.made, texts.size, ""]}>
                {list.map((backup) => (
                  <Row key={backup.name} backup={backup} />
                ))}
              </CardTable>
            )
          }
        </QueryView>
      </Stack>
    </section>
  );
}

const PERIODS = ["daily", "weekly", "monthly"] as const;

/** “Kept are the newest, and one of each of the last 7 days, 4 weeks, 12 months.” */
function keptText(of: (name: string) => unknown): string {
  const count = (name: string) => Number(of(`backup.keep.${name}`) ?? 0);
  const periods = PERIODS.filter((name) => count(name) > 0).map(
    (name) => `${count(name)} ${texts.keptOf[name]}`,
  );
  const more = periods.length > 0 ? texts.keptPeriods(periods.join(", ")) : "";
  return `${texts.keptNewest(count("last"))}${more}.`;
}

/** When the host makes one by itself, as it was configured. */
function Schedule() {
  const { data } = useQuery(configurationQuery);
  const of = (name: string) => data?.settings.find((setting) => setting.name === name)?.value;
  const schedule = of("backup.schedule");
  const recipients = (of("backup.recipients") ?? []) as readonly string[];
  return (
    <Text c="dimmed" mb="sm">
      {texts.backupsLead}{" "}
      {data &&
        (schedule === undefined
          ? texts.noSchedule
          : `${texts.scheduled(String(schedule))} ${keptText(of)}`)}{" "}
      {recipients.length > 0 && texts.encryptedTo(recipients.length)}
    </Text>
  );
}

function Row({ backup: { name, createdAt, size, withKey, encrypted } }: { backup: Backup }) {
  return (
    <tr>
      <Cell>
        <Code>{name}</Code>
        {withKey && <Text size="xs">{texts.hasKey}</Text>}
        {encrypted && <Text size="xs">{texts.isEncrypted}</Text>}
      </Cell>
      <Cell label={texts.made}>
        <RelativeTime at={createdAt} />
      </Cell>
      <Cell label={texts.size}>{byteSize(size)}</Cell>
      <Cell end>
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button
            component="a"
            size="xs"
            variant="default"
            href={backupHref(name)}
            download={name}
            aria-label={texts.downloadOf(name)}
          >
            {texts.download}
          </Button>
          <Remove name={name} />
        </Group>
      </Cell>
    </tr>
  );
}

function Remove({ name }: { name: string }) {
  const [opened, setOpened] = useState(false);
  const toast = useToast();
  const remove = useRemoveBackup(name, () => {
    setOpened(false);
    toast({ message: texts.removed(name) });
  });
  return (
    <>
      <Button size="xs" variant="default" aria-label={texts.removeOf(name)} onClick={() => setOpened(true)}>
        {texts.remove}…
      </Button>
      <ConfirmByName
        title={texts.removeBackupTitle}
        name={name}
        action={texts.remove}
        opened={opened}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setOpened(false)}
        onConfirm={() => remove.mutate()}
      >
        {texts.removeBackupDetail}
      </ConfirmByName>
    </>
  );
}
