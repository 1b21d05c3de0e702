import { Button, Group, Stack, Text } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useState } from "react";
import { MOST_EXPORTED } from "../../../api/copies.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { Facts } from "../../../components/Facts.tsx";
import { texts as shared } from "../../../texts.ts";
import { useIsAdmin } from "../../accounts/use-is-admin.ts";
import { NewPassphrase, passphraseProblem } from "./NewPassphrase.tsx";
import { SecretsChoice } from "./SecretsChoice.tsx";
import { texts } from "./texts.ts";

/** What goes into the file; whether its secrets do, an admin says, with a passphrase that seals them. */
export function ExportForm({
  instance,
  onClose,
  onExport,
}: {
  instance: Instance;
  onClose: () => void;
  onExport: (passphrase: string | undefined) => void;
}) {
  const isAdmin = useIsAdmin();
  const hasSecrets = Object.keys(instance.secrets).length > 0;
  const [isTaken, setTaken] = useState(false);
  const [typed, setTyped] = useState({ passphrase: "", again: "" });
  const isReady = !isTaken || passphraseProblem(typed) === undefined;
  const facts: [string, string][] = [
    [texts.takes, texts.exportTakes],
    [texts.leaves, texts.exportLeaves],
  ];
  if (!hasSecrets) facts.push([texts.secrets, texts.noSecrets]);
  else if (!isAdmin) facts.push([texts.secrets, texts.secretsAdmin]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onExport(isTaken ? typed.passphrase : undefined);
      }}
    >
      <Stack>
        <Facts facts={facts} />
        {hasSecrets && isAdmin && (
          <SecretsChoice
            isTaken={isTaken}
            onChoose={setTaken}
            leave={{ label: texts.leaveSecrets, description: texts.leaveSecretsHelp }}
            take={{ label: texts.takeSecrets, description: texts.takeSecretsHelp }}
          />
        )}
        {isTaken && <NewPassphrase typed={typed} onType={setTyped} />}
        <Text size="xs" c="dimmed">
          {texts.exportBound(byteSize(MOST_EXPORTED))}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" disabled={!isReady} data-autofocus>
            {texts.exportAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
