import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog } from "../../../components/Dialog.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useChat } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import { useBots } from "./use-bots.ts";

/** Creates a room and invites the bots one chooses. */
export function NewRoom({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { client } = useChat();
  const bots = useBots();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [invited, setInvited] = useState<string[]>([]);
  const create = useMutation({
    mutationFn: () => client.createRoom(name.trim(), invited),
    onSuccess: ({ room_id }) => {
      setName("");
      setInvited([]);
      onClose();
      void navigate({ to: "/playground", search: { room: room_id } });
    },
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={texts.newRoom}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={texts.roomName}
            placeholder={texts.roomNameExample}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          {bots.length === 0 ? (
            <Text c="dimmed">{texts.noBots}</Text>
          ) : (
            <Checkbox.Group label={texts.bots} value={invited} onChange={setInvited}>
              <Stack gap="xs" mt="xs">
                {bots.map((bot) => (
                  <Checkbox key={bot} value={bot} label={bot} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <ProblemAlert error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={create.isPending}>
              {texts.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
