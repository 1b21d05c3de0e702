import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import { nameOf } from "./room.ts";
import { useBots } from "./use-bots.ts";

/** Who is in the room, and who may be asked in. */
export function People() {
  const room = useRoom();
  const { client, playground } = useChat();
  const [userId, setUserId] = useState("");
  const invite = useMutation({
    mutationFn: (user: string) => client.invite(room.id, user),
    onSuccess: () => setUserId(""),
  });
  const inside = (user: string) => ["join", "invite"].includes(room.members.get(user)?.membership ?? "");
  const bots = useBots().filter((bot) => !inside(bot));
  const members = [...room.members.values()].filter((member) => inside(member.userId));
  return (
    <Stack gap="sm">
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {members.map((member) => (
          <li key={member.userId}>
            <Text fw={500}>{nameOf(room, member.userId)}</Text>
            <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: "anywhere" }}>
              {member.userId} {texts.membership[member.membership]}
            </Text>
          </li>
        ))}
      </Stack>
      {bots.map((bot) => (
        <Group key={bot} justify="space-between" wrap="nowrap">
          <Text style={{ overflowWrap: "anywhere" }}>{bot}</Text>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${texts.inviteSomeone} ${bot}`}
            onClick={() => invite.mutate(bot)}
          >
            {texts.inviteSomeone}
          </Button>
        </Group>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(userId.trim());
        }}
      >
        <Group wrap="nowrap" gap="xs">
          <TextInput
            aria-label={texts.inviteUser}
            placeholder={texts.inviteExample(playground.serverName)}
            value={userId}
            onChange={(event) => setUserId(event.currentTarget.value)}
            autoCapitalize="off"
            spellCheck={false}
            style={{ flex: 1 }}
          />
          <Button type="submit" variant="default" disabled={!userId.trim()} loading={invite.isPending}>
            {texts.inviteSomeone}
          </Button>
        </Group>
      </form>
      <ProblemAlert error={invite.error} />
    </Stack>
  );
}
