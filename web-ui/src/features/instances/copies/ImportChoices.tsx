import { Button, Checkbox, Group, NativeSelect, Stack } from "@mantine/core";
import type { Account, ImportQuery } from "@rookery/host/api";
import { useState } from "react";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts as shared } from "../../../texts.ts";
import { useIsAdmin } from "../../accounts/use-is-admin.ts";
import { NewIdInput, useNewId } from "../NewIdInput.tsx";
import { texts as words } from "../texts.ts";
import { ImportSecrets, isWrongPassphrase, type SecretsTyped } from "./ImportSecrets.tsx";
import type { Exported } from "./read-export.ts";
import { Sending } from "./Sending.tsx";
import { texts } from "./texts.ts";
import { useImportFile } from "./use-import-file.ts";

/** As what, in which account, and with which secrets an exported instance comes back. */
export function ImportChoices({
  file,
  exported,
  accounts,
  onClose,
}: {
  file: File;
  exported: Exported;
  accounts: Account[];
  onClose: () => void;
}) {
  const name = useNewId(exported.id);
  const [accountId, setAccountId] = useState(
    (accounts.find(({ userId }) => userId === exported.accountUserId) ?? accounts[0])?.id ?? "",
  );
  const [secrets, setSecrets] = useState<SecretsTyped>({ isTaken: useIsAdmin(), passphrase: "" });
  const [enabled, setEnabled] = useState(false);
  const { begin, creation, sent } = useImportFile(file, exported);
  const needsPassphrase = exported.isSealed && secrets.isTaken;
  const isReady = name.wrong === undefined && !(needsPassphrase && secrets.passphrase === "");
  const submit = () => {
    if (!isReady || creation.isPending) return;
    const query: ImportQuery = {
      ...{ accountId, id: name.id, enabled: enabled ? "true" : "false" },
      ...(exported.isSealed && !secrets.isTaken ? { withoutSecrets: "true" } : {}),
    };
    begin({ query, ...(needsPassphrase ? { passphrase: secrets.passphrase } : {}) });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
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
        <ImportSecrets exported={exported} typed={secrets} onType={setSecrets} error={creation.error} />
        <Checkbox
          label={texts.start}
          description={texts.startElse}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <ProblemAlert error={isWrongPassphrase(creation.error) ? null : creation.error} />
        {creation.isPending && <Sending sent={sent} total={file.size} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" loading={creation.isPending} disabled={!isReady}>
            {texts.importAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
