import { Button, Group, Stack, Switch, Text, Textarea, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { type FormEvent, useState } from "react";
import { useChangeInstance } from "../../api/instances.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { readRooms } from "./rooms-text.ts";
import { texts } from "./texts.ts";

/** In which rooms of its account an instance may act: in all, or in those that are listed. */
export function InstanceRooms({ instance: { id, rooms } }: { instance: Instance }) {
  const change = useChangeInstance(id);
  const toast = useToast();
  const [draft, setDraft] = useState<{ limited: boolean; text: string }>();
  const { limited, text } = draft ?? { limited: rooms !== null, text: (rooms ?? []).join("\n") };
  const listed = readRooms(text);
  const wanted = limited ? listed : null;
  const edited = JSON.stringify(wanted) !== JSON.stringify(rooms) || (limited && listed === null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (limited && !listed) return;
    change.mutate(
      { rooms: wanted },
      {
        onSuccess: () => {
          setDraft(undefined);
          toast({ message: texts.roomsSaved(id) });
        },
      },
    );
  };
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.rooms}
      </Title>
      <form onSubmit={save}>
        <Stack gap="sm" align="flex-start">
          <ProblemAlert error={change.error} />
          <Switch
            label={texts.onlyTheseRooms}
            description={texts.onlyTheseRoomsDetail}
            checked={limited}
            onChange={(event) => setDraft({ limited: event.currentTarget.checked, text })}
          />
          {limited && (
            <Textarea
              label={texts.roomIds}
              description={texts.roomIdsHelp}
              placeholder="!abc123:example.org"
              value={text}
              onChange={(event) => setDraft({ limited, text: event.currentTarget.value })}
              error={listed === null && texts.roomIdsProblem}
              minRows={3}
              autosize
              w="100%"
              maw={480}
              spellCheck={false}
            />
          )}
          {limited && listed?.length === 0 && <Text c="dimmed">{texts.noRooms}</Text>}
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!edited || (limited && !listed)}>
              {texts.saveRestarts}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
