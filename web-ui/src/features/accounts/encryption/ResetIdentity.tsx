import { Button, Stack, Text, Title } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useState } from "react";
import { isPasswordNeeded, useResetIdentity } from "../../../api/encryption.ts";
import { ConfirmByName } from "../../../components/ConfirmByName.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { ShownOnce } from "../../../components/ShownOnce.tsx";
import { texts } from "../texts.ts";
import { AccountPassword } from "./AccountPassword.tsx";
import { Approval } from "./Approval.tsx";
import { approvalUrl } from "./approval-url.ts";

/** The way out where the recovery key is lost, or somebody else has it. */
export function ResetIdentity({ account }: { account: Account }) {
  const { id, userId } = account;
  const reset = useResetIdentity(id);
  const [opened, setOpened] = useState(false);
  const [password, setPassword] = useState("");
  const isAsked = isPasswordNeeded(reset.error);
  const toApprove = approvalUrl(reset.error);
  const close = () => {
    setOpened(false);
    setPassword("");
    reset.reset();
  };
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.resetHeading}
      </Title>
      <Text mb="sm">{texts.resetLead}</Text>
      <Button variant="default" onClick={() => setOpened(true)}>
        {texts.reset}…
      </Button>
      <ConfirmByName
        title={texts.resetTitle(userId)}
        name={userId}
        action={toApprove ? texts.resetAgain : texts.reset}
        opened={opened && !reset.data}
        pending={reset.isPending}
        error={isAsked || toApprove ? null : reset.error}
        // When it has become the dialog with the key, this one closes, too.
        onClose={() => !reset.data && close()}
        onConfirm={() => reset.mutate({ userId, ...(password !== "" && { password }) })}
      >
        <Stack gap="sm">
          <Text>{texts.resetDetail}</Text>
          {toApprove && <Approval account={account} url={toApprove} again={texts.resetAgain} />}
          {isAsked && (
            <AccountPassword
              account={account}
              value={password}
              wasRefused={reset.variables?.password !== undefined}
              onChange={setPassword}
            />
          )}
        </Stack>
      </ConfirmByName>
      <Dialog opened={opened && reset.data !== undefined} onClose={close} title={texts.keyTitle}>
        <ShownOnce
          secret={reset.data?.recoveryKey ?? ""}
          what={texts.recoveryKey}
          detail={texts.keyDetail}
          onDone={close}
        />
      </Dialog>
    </section>
  );
}
