import { Button, Stack, Text, Title } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useRequestVerification } from "../../../api/encryption.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts } from "../texts.ts";

/**
 * Asks the account's other sessions to compare emoji; what they answer is shown above.
 *
 * @param onAsked hears the verification's ID
 */
export function VerifyOwn({ account, onAsked }: { account: Account; onAsked: (id: string) => void }) {
  const ask = useRequestVerification(account.id);
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.verifyOwn}
      </Title>
      <Text mb="sm">{texts.verifyOwnDetail(account.userId)}</Text>
      <Stack gap="sm" align="flex-start">
        <ProblemAlert error={ask.error} />
        <Button
          variant="default"
          loading={ask.isPending}
          onClick={() => ask.mutate({}, { onSuccess: ({ id }) => onAsked(id) })}
        >
          {texts.verifyOwn}
        </Button>
      </Stack>
    </section>
  );
}
