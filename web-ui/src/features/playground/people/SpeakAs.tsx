import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useAddPerson } from "../../../api/playground.ts";
import { Dialog } from "../../../components/Dialog.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts } from "../texts.ts";
import classes from "./SpeakAs.module.css";
import { useSpeaker } from "./speaker.ts";

/** Who one is in the playground: bots answer people differently. */
export function SpeakAs() {
  const { userId, everybody, choose } = useSpeaker();
  const [adding, setAdding] = useState(false);
  return (
    <div className={classes.speaker}>
      {everybody.length > 1 && (
        <NativeSelect
          label={texts.speakAs}
          data={everybody.map((one) => ({ value: one, label: one }))}
          value={userId}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      )}
      <Button
        variant="subtle"
        justify="flex-start"
        fullWidth
        px={12}
        leftSection={<IconUserPlus size={16} aria-hidden />}
        onClick={() => setAdding(true)}
      >
        {texts.newPerson}
      </Button>
      <NewPerson opened={adding} onClose={() => setAdding(false)} />
    </div>
  );
}

function NewPerson({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { choose } = useSpeaker();
  const [name, setName] = useState("");
  const add = useAddPerson();
  const onSubmit = () =>
    add.mutate(name.trim(), {
      onSuccess: (playground) => {
        setName("");
        onClose();
        const added = playground?.people.at(-1);
        if (added) choose(added.userId);
      },
    });
  return (
    <Dialog opened={opened} onClose={onClose} title={texts.newPerson}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack>
          <Text>{texts.newPersonDetail}</Text>
          <TextInput
            label={texts.personName}
            description={texts.personNameHelp}
            placeholder={texts.personNameExample}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoCapitalize="off"
            spellCheck={false}
            data-autofocus
          />
          <ProblemAlert error={add.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={add.isPending}>
              {texts.addPerson}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
