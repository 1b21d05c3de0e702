import { Button, NativeSelect, Text, TextInput } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { accountRoomsQuery } from "../../../api/accounts.ts";
import { fieldProblem } from "../../../api/problem.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts } from "../texts.ts";
import classes from "./AccountSettings.module.css";
import { prefixProblem } from "./prefix-problem.ts";
import { SettingsForm } from "./SettingsForm.tsx";
import { useDraft } from "./use-draft.ts";

/** The rooms in which something else is put before a command, by their names. */
export function RoomPrefixes({ account }: { account: Account }) {
  const draft = useDraft(
    account,
    ({ roomPrefixes }) => roomPrefixes,
    texts.roomPrefixesSaved(account.userId),
  );
  const rooms = useQuery(accountRoomsQuery(account.id));
  const own = Object.entries(draft.value);
  const nameOf = (roomId: string) => rooms.data?.find((room) => room.roomId === roomId)?.name ?? roomId;
  const others = (rooms.data ?? []).filter(({ roomId }) => !(roomId in draft.value));
  /** What was chosen or pressed goes away, or moves; the focus goes to what comes in its place. */
  const added = useRef<string>(undefined);
  const choice = useRef<HTMLSelectElement>(null);
  const focusAdded = (roomId: string) => (element: HTMLInputElement | null) => {
    if (element && added.current === roomId) {
      added.current = undefined;
      element.focus();
    }
  };
  const without = (roomId: string) => Object.fromEntries(own.filter(([each]) => each !== roomId));
  return (
    <SettingsForm
      title={texts.roomPrefixes}
      detail={texts.roomPrefixesDetail}
      action={texts.saveRestarts(account.instances.length)}
      draft={draft}
      isValid={own.every(([, prefix]) => prefixProblem(prefix) === undefined)}
      onSave={() => draft.save({ roomPrefixes: draft.value })}
    >
      {own.length === 0 && <Text c="dimmed">{texts.noRoomPrefixes(account.prefix)}</Text>}
      <ul className={classes.rooms}>
        {own.map(([roomId, prefix]) => {
          const problem = prefixProblem(prefix);
          return (
            <li key={roomId} className={classes.room}>
              <TextInput
                ref={focusAdded(roomId)}
                label={nameOf(roomId)}
                value={prefix}
                onChange={(event) => draft.set({ ...draft.value, [roomId]: event.currentTarget.value })}
                error={
                  (problem && texts.prefixProblem[problem]) ??
                  fieldProblem(draft.error, `roomPrefixes/${roomId}`)
                }
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
              />
              <Button
                variant="default"
                aria-label={texts.roomPrefixRemove(nameOf(roomId))}
                onClick={() => {
                  draft.set(without(roomId));
                  requestAnimationFrame(() => choice.current?.focus());
                }}
              >
                {texts.remove}
              </Button>
            </li>
          );
        })}
      </ul>
      <ProblemAlert error={rooms.data ? null : rooms.error} onRetry={() => void rooms.refetch()} />
      {others.length > 0 && (
        <NativeSelect
          ref={choice}
          label={texts.roomPrefixAdd}
          value=""
          onChange={({ currentTarget: { value } }) => {
            if (value === "") return;
            added.current = value;
            draft.set({ ...draft.value, [value]: account.prefix });
          }}
          data={[
            { value: "", label: texts.roomPrefixChoose },
            ...others.map(({ roomId, name }) => ({ value: roomId, label: name ?? roomId })),
          ]}
        />
      )}
      {rooms.data?.length === 0 && own.length === 0 && <Text c="dimmed">{texts.noRoomsYet}</Text>}
    </SettingsForm>
  );
}
