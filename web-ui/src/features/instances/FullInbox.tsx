import { Button, Stack, Text } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconInbox } from "@tabler/icons-react";
import { useDismissOverflow } from "../../api/instances.ts";
import { Caution } from "../../components/Caution.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { texts } from "./texts.ts";

/** What its inbox had no room for: how much, since when, and what to do. Until the operator dismisses it. */
export function FullInbox({ instance: { id, overflow } }: { instance: Instance }) {
  const dismiss = useDismissOverflow(id);
  if (!overflow) return null;
  const { refused, since, lastAt, isFull } = overflow;
  return (
    <Stack gap="sm">
      <ProblemAlert error={dismiss.error} />
      <Caution
        icon={<IconInbox size={20} aria-hidden />}
        title={isFull ? texts.inboxFull : texts.inboxWasFull}
        action={
          <Button variant="default" onClick={() => dismiss.mutate()} loading={dismiss.isPending}>
            {texts.dismiss}
          </Button>
        }
      >
        <Text>
          {texts.refusedSince(refused)} <RelativeTime at={since} />, {texts.refusedLast}{" "}
          <RelativeTime at={lastAt} />.
        </Text>
        <Text c="dimmed">{isFull ? texts.inboxFullDetail : texts.inboxWasFullDetail}</Text>
      </Caution>
    </Stack>
  );
}
