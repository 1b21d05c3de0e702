import { Button } from "@mantine/core";
import type { User } from "@rookery/host/api";
import { useState } from "react";
import { useRemoveUser } from "../../api/users.ts";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

export function RemoveUser({ user }: { user: User }) {
  const [opened, setOpened] = useState(false);
  const toast = useToast();
  const remove = useRemoveUser(user, () => {
    setOpened(false);
    toast({ message: texts.removed(user.name) });
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={texts.removeOf(user.name)}
        onClick={() => setOpened(true)}
      >
        {texts.remove}…
      </Button>
      <ConfirmByName
        title={texts.removeTitle(user.name)}
        name={user.name}
        action={texts.remove}
        opened={opened}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setOpened(false)}
        onConfirm={() => remove.mutate()}
      >
        {texts.removeDetail}
      </ConfirmByName>
    </>
  );
}
