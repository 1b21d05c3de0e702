import { Button } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useLogOutAccount } from "../../api/accounts.ts";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

export function LogOut({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  const toast = useToast();
  const navigate = useNavigate();
  const logOut = useLogOutAccount(account.id, () => {
    toast({ message: texts.loggedOut(account.userId) });
    void navigate({ to: "/accounts", ignoreBlocker: true });
  });
  const used = account.instances.length > 0;
  return (
    <>
      <Button
        variant="default"
        title={used ? texts.inUse : undefined}
        data-disabled={used}
        aria-disabled={used}
        aria-label={used ? `${texts.logOut}. ${texts.inUse}` : undefined}
        onClick={() => !used && setOpened(true)}
      >
        {texts.logOut}…
      </Button>
      <ConfirmByName
        title={texts.logOutTitle(account.userId)}
        name={account.userId}
        action={texts.logOut}
        opened={opened}
        pending={logOut.isPending}
        error={logOut.error}
        onClose={() => setOpened(false)}
        onConfirm={() => logOut.mutate()}
      >
        {texts.logOutDetail}
      </ConfirmByName>
    </>
  );
}
