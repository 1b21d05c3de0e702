import { Button } from "@mantine/core";
import type { Account, AccountRoom } from "@rookery/host/api";
import { useState } from "react";
import { useRoomAction } from "../../../api/accounts.ts";
import { ConfirmByName } from "../../../components/ConfirmByName.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "../texts.ts";

/** Leaves a room, when its name was typed: only somebody there can bring the account back. */
export function LeaveRoom({
  account,
  room: { roomId, name },
  acting,
}: {
  account: Account;
  room: AccountRoom;
  acting: readonly string[];
}) {
  const [opened, setOpened] = useState(false);
  const leave = useRoomAction(account.id);
  const toast = useToast();
  const called = name ?? roomId;
  const confirm = () =>
    leave.mutate(
      { roomId, action: "leave" },
      {
        onSuccess: () => {
          setOpened(false);
          toast({ message: texts.left(account.userId, called) });
        },
      },
    );
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={texts.leaveOf(called)}
        onClick={() => {
          leave.reset();
          setOpened(true);
        }}
      >
        {texts.leave}…
      </Button>
      <ConfirmByName
        title={texts.leaveTitle(called)}
        name={called}
        action={texts.leave}
        opened={opened}
        pending={leave.isPending}
        error={leave.error}
        onClose={() => setOpened(false)}
        onConfirm={confirm}
      >
        {texts.leaveDetail(acting.join(", "))}
      </ConfirmByName>
    </>
  );
}
