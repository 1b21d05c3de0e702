import { Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useState } from "react";
import { useRecoverEncryption } from "../../../api/encryption.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "../texts.ts";

/** The account has an identity that this host does not have the keys of: its recovery key brings them. */
export function Recover({ account }: { account: Account }) {
  const recover = useRecoverEncryption(account.id);
  const toast = useToast();
  const [recoveryKey, setRecoveryKey] = useState("");
  const submit = () =>
    recover.mutate(
      { recoveryKey: recoveryKey.trim() },
      {
        onSuccess: ({ total, failed }) => toast({ message: texts.recovered(account.userId, total, failed) }),
      },
    );
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.recoverTitle}
      </Title>
      <Text mb="sm">{texts.recoverDetail}</Text>
      <form
        aria-label={texts.recoverTitle}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm" maw={560}>
          <PasswordInput
            label={texts.recoveryKey}
            description={texts.recoveryKeyHelp}
            value={recoveryKey}
            onChange={(event) => setRecoveryKey(event.currentTarget.value)}
            autoComplete="off"
          />
          <ProblemAlert error={recover.error} />
          <div>
            <Button type="submit" loading={recover.isPending} disabled={recoveryKey.trim() === ""}>
              {texts.recover}
            </Button>
          </div>
        </Stack>
      </form>
    </section>
  );
}
