import { Button, Group, Stack, Switch, Text, Textarea, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import type { FormEvent } from "react";
import { useChangeInstance } from "../../api/instances.ts";
import { isStatus } from "../../api/problem.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { Overtaken } from "./Overtaken.tsx";
import { readRooms } from "./rooms-text.ts";
import { texts } from "./texts.ts";
import { useEdits } from "./use-edits.ts";

const contentOf = ({ rooms }: Instance) => rooms;

/** In which rooms of its account an instance may act: in all, or in those that are listed. */
export function InstanceRooms({ instance }: { instance: Instance }) {
  const { id, rooms } = instance;
  const change = useChangeInstance(id);
  const toast = useToast();
  const edits = useEdits<Instance, { limited: boolean; text: string }>(instance, contentOf);
  const { draft, set: setDraft } = edits;
  const isRefused = isStatus(change.error, 412);
  const isOvertaken = isRefused || (edits.isOvertaken && !change.isPending);
  const load = () => {
    setDraft(undefined);
    change.reset();
  };
  const { limited, text } = draft ?? { limited: rooms !== null, text: (rooms ?? []).join("\n") };
  const listed = readRooms(text);
  const wanted = limited ? listed : null;
  const edited = JSON.stringify(wanted) !== JSON.stringify(rooms) || (limited && listed === null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (limited && !listed) return;
    const onSaved = edits.sent();
    change.mutate(
      { rooms: wanted, known: edits.base.etag },
      {
        onSuccess: (answer) => {
          onSaved(answer);
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
          <ProblemAlert error={isRefused ? null : change.error} />
          {isOvertaken && <Overtaken onLoad={load} />}
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
            <Button
              type="submit"
              loading={change.isPending}
              disabled={!edited || isOvertaken || (limited && !listed)}
            >
              {texts.saveRestarts}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
