import { Button, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Account } from "@rookery/host/api";
import { useState } from "react";
import { useLogOutAccount } from "../../api/accounts.ts";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { texts } from "./texts.ts";

export function LogOut({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  const logOut = useLogOutAccount(account.id);
  const used = account.instances.length > 0;
  const confirm = () =>
    logOut.mutate(undefined, {
      onSuccess: () => {
        setOpened(false);
        notifications.show({ message: texts.loggedOut(account.userId) });
      },
    });
  return (
    <>
      <Tooltip label={texts.inUse} disabled={!used}>
        <Button
          size="xs"
          variant="default"
          data-disabled={used}
          aria-disabled={used}
          aria-label={
            used ? `${texts.logOutOf(account.userId)}. ${texts.inUse}` : texts.logOutOf(account.userId)
          }
          onClick={() => !used && setOpened(true)}
        >
          {texts.logOut}…
        </Button>
      </Tooltip>
      <ConfirmByName
        title={texts.logOutTitle(account.userId)}
        name={account.userId}
        action={texts.logOut}
        opened={opened}
        pending={logOut.isPending}
        error={logOut.error}
        onClose={() => setOpened(false)}
        onConfirm={confirm}
      >
        {texts.logOutDetail}
      </ConfirmByName>
    </>
  );
}
