import { Button, Group, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import classes from "../Playground.module.css";
import { texts } from "../texts.ts";
import { roomName } from "./room.ts";

export function Invitation() {
  const room = useRoom();
  const { client, me } = useChat();
  const answer = useMutation({
    mutationFn: (accept: boolean) => (accept ? client.join(room.id) : client.leave(room.id)),
  });
  return (
    <section className={classes.alone}>
      <Title order={1}>{roomName(room, me)}</Title>
      <Text mb="md">{texts.invitedYou}</Text>
      <ProblemAlert error={answer.error} />
      <Group>
        <Button onClick={() => answer.mutate(true)} loading={answer.isPending}>
          {texts.join}
        </Button>
        <Button variant="default" onClick={() => answer.mutate(false)}>
          {texts.decline}
        </Button>
      </Group>
    </section>
  );
}
