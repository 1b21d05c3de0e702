import { Button, Group, Stack, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useState } from "react";
import { isPasswordNeeded, useSetUpEncryption } from "../../../api/encryption.ts";
import { Dialog } from "../../../components/Dialog.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { ShownOnce } from "../../../components/ShownOnce.tsx";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import { AccountPassword } from "./AccountPassword.tsx";
import { Approval } from "./Approval.tsx";
import { approvalUrl } from "./approval-url.ts";

/** Makes the account's identity and backup, and shows the recovery key. */
export function SetUp({
  account,
  opened,
  onClose,
}: {
  account: Account;
  opened: boolean;
  onClose: () => void;
}) {
  const setUp = useSetUpEncryption(account.id);
  const [password, setPassword] = useState("");
  const isAsked = isPasswordNeeded(setUp.error);
  const toApprove = approvalUrl(setUp.error);
  const close = () => {
    setPassword("");
    setUp.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={setUp.data ? texts.keyTitle : texts.setUpTitle}>
      {setUp.data ? (
        <ShownOnce
          secret={setUp.data.recoveryKey}
          what={texts.recoveryKey}
          detail={texts.keyDetail}
          onDone={close}
        />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setUp.mutate(password === "" ? {} : { password });
          }}
        >
          <Stack>
            <Text>{texts.setUpSays}</Text>
            {isAsked ? (
              <AccountPassword
                account={account}
                value={password}
                wasRefused={setUp.variables?.password !== undefined}
                onChange={setPassword}
              />
            ) : toApprove ? (
              <Approval account={account} url={toApprove} again={texts.setUpAgain} />
            ) : (
              <ProblemAlert error={setUp.error} />
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {shared.cancel}
              </Button>
              <Button
                type="submit"
                loading={setUp.isPending}
                disabled={isAsked && password === ""}
                data-autofocus
              >
                {toApprove ? texts.setUpAgain : texts.setUp}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
