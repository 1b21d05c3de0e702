import { Button, Group, Stack, Text } from "@mantine/core";
import type { OneTimeLink, User } from "@rookery/host/api";
import { useState } from "react";
import { useMakeLink } from "../../api/users.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { texts } from "./texts.ts";

/** A link for who has set no password yet, at once; else after saying what becomes of the password. */
export function MakeLink({ user, onLink }: { user: User; onLink: (link: OneTimeLink) => void }) {
  const [opened, setOpened] = useState(false);
  const make = useMakeLink();
  const makeIt = () =>
    make.mutate(user.name, {
      onSuccess: (link) => {
        setOpened(false);
        onLink(link);
      },
    });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={texts.newLinkOf(user.name)}
        loading={make.isPending && !opened}
        onClick={() => (user.hasPassword ? setOpened(true) : makeIt())}
      >
        {texts.newLink}
        {user.hasPassword && "…"}
      </Button>
      {!opened && <ProblemAlert error={make.error} />}
      <Dialog opened={opened} onClose={() => setOpened(false)} title={texts.linkTitle(user.name)}>
        <Stack>
          <Text>{texts.linkQuestion}</Text>
          <ProblemAlert error={make.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpened(false)}>
              {texts.cancel}
            </Button>
            <Button loading={make.isPending} onClick={makeIt}>
              {texts.makeLink}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
