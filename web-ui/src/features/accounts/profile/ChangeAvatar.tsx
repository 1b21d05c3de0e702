import { Button, FileButton, Group, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconUpload } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { avatarAddress, useSetAvatar } from "../../../api/accounts.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { DropZone } from "../../../components/drop/DropZone.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./Avatar.tsx";
import { AVATAR_TYPES, avatarProblem } from "./avatar-problem.ts";
import classes from "./Profile.module.css";

interface Chosen {
  file: File;
  /** Of its bytes, in this browser. */
  url: string;
}

/** Takes a picture from a file or dropped on the page, and shows it in round before it is anybody's. */
export function ChangeAvatar({
  account,
  displayName,
  avatarUrl,
}: {
  account: Account;
  displayName: string | null;
  avatarUrl: string | null;
}) {
  const set = useSetAvatar(account.id);
  const toast = useToast();
  const [chosen, setChosen] = useState<Chosen>();
  const [refusal, setRefusal] = useState<Error>();
  useEffect(() => () => URL.revokeObjectURL(chosen?.url ?? ""), [chosen]);

  const choose = (file: File | null | undefined) => {
    if (!file) return;
    const problem = avatarProblem(file);
    set.reset();
    setRefusal(problem && new Error(texts.avatarProblem[problem](file.name, byteSize(file.size))));
    setChosen(problem ? undefined : { file, url: URL.createObjectURL(file) });
  };
  const use = ({ file }: Chosen) =>
    set.mutate(file, {
      onSuccess: () => {
        setChosen(undefined);
        toast({ message: texts.avatarSet(account.userId) });
      },
    });
  const remove = async (address: string) => {
    const before = await read(address);
    const undo = before && {
      label: shared.undo,
      run: () => set.mutate(new File([before], "before", { type: before.type })),
    };
    set.mutate(null, {
      onSuccess: () => toast({ message: texts.avatarRemoved(account.userId), ...(undo && { action: undo }) }),
    });
  };

  return (
    <div>
      <DropZone title={texts.avatarDrop} hint={texts.avatarHelp} onDrop={([file]) => choose(file)} />
      <ProblemAlert error={refusal ?? set.error} />
      <div className={classes.change}>
        {chosen ? (
          <Choice
            picture={<img className={classes.avatar} src={chosen.url} alt={texts.avatarPreview} />}
            words={texts.avatarChosen(chosen.file.name, byteSize(chosen.file.size))}
          >
            <Button size="xs" loading={set.isPending} onClick={() => use(chosen)}>
              {texts.avatarUse}
            </Button>
            <Button size="xs" variant="default" onClick={() => setChosen(undefined)}>
              {shared.cancel}
            </Button>
          </Choice>
        ) : (
          <Choice
            picture={<Avatar account={account} displayName={displayName} avatarUrl={avatarUrl} />}
            words={texts.avatarHelp}
          >
            <FileButton accept={AVATAR_TYPES} onChange={choose}>
              {(props) => (
                <Button
                  {...props}
                  size="xs"
                  variant="default"
                  leftSection={<IconUpload size={14} aria-hidden />}
                >
                  {texts.avatarChoose}
                </Button>
              )}
            </FileButton>
            {avatarUrl !== null && (
              <Button
                size="xs"
                variant="default"
                loading={set.isPending}
                onClick={() => void remove(avatarAddress(account.id, avatarUrl))}
              >
                {texts.avatarRemove}
              </Button>
            )}
          </Choice>
        )}
      </div>
    </div>
  );
}

/** A picture's bytes, to give it back; where they cannot be had, it is taken away for good. */
async function read(address: string): Promise<Blob | undefined> {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.blob() : undefined;
  } catch {
    return undefined;
  }
}

function Choice({ picture, words, children }: { picture: ReactNode; words: string; children: ReactNode }) {
  return (
    <>
      {picture}
      <div className={classes.words}>
        <Text c="dimmed" size="xs" mb={8} role="status">
          {words}
        </Text>
        <Group gap="xs">{children}</Group>
      </div>
    </>
  );
}
