import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountsQuery } from "../../../api/accounts.ts";
import { Dialog } from "../../../components/Dialog.tsx";
import { Facts } from "../../../components/Facts.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts as shared } from "../../../texts.ts";
import { NewIdInput, useNewId } from "../NewIdInput.tsx";
import { texts as words } from "../texts.ts";
import { texts } from "./texts.ts";
import { useDuplicateHere } from "./use-duplicate-here.ts";

/** Makes another instance like this one. */
export function Duplicate({ instance }: { instance: Instance }) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.duplicate}
      </Title>
      <Text mb="sm">{texts.duplicateDetail}</Text>
      <Button
        variant="default"
        leftSection={<IconCopy size={16} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {texts.duplicateAction}…
      </Button>
      <Dialog opened={opened} onClose={close} title={texts.duplicateTitle(instance.id)}>
        <DuplicateForm instance={instance} onClose={close} />
      </Dialog>
    </section>
  );
}

function DuplicateForm({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { id: from } = instance;
  const accounts = useQuery(accountsQuery).data ?? [];
  const name = useNewId(from);
  const [accountId, setAccountId] = useState(instance.accountId);
  const [data, setData] = useState(false);
  const [enabled, setEnabled] = useState(false);
  const { begin, creation } = useDuplicateHere(from);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!name.wrong && !creation.isPending) void begin({ id: name.id, accountId, data, enabled });
      }}
    >
      <Stack>
        <NewIdInput name={name} creation={creation} isFirst />
        <NativeSelect
          label={words.account}
          value={accountId}
          onChange={(event) => setAccountId(event.currentTarget.value)}
          data={accounts.map(({ id: value, userId }) => ({ value, label: userId }))}
        />
        <Checkbox
          label={texts.data}
          description={texts.dataHelp}
          checked={data}
          onChange={(event) => setData(event.currentTarget.checked)}
        />
        <Checkbox
          label={texts.start}
          description={accountId === instance.accountId ? texts.startSame : texts.startElse}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <Facts
          facts={[
            [texts.takes, data ? `${texts.duplicateTakes} ${texts.dataOf}.` : texts.duplicateTakes],
            [texts.leaves, texts.duplicateLeaves],
          ]}
        />
        <ProblemAlert error={creation.error} />
        {creation.isPending && data && <Text role="status">{texts.duplicating}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" loading={creation.isPending} disabled={name.wrong !== undefined}>
            {texts.duplicateAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
