import { Button, Stack, TextInput } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { type FormEvent, useState } from "react";
import { useRename } from "../../../api/accounts.ts";
import { explain } from "../../../api/problem.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";

/** As whom an account speaks in its rooms. */
export function DisplayName({ account, displayName }: { account: Account; displayName: string | null }) {
  const [draft, setDraft] = useState<string>();
  const rename = useRename(account.id);
  const toast = useToast();
  const name = draft ?? displayName ?? "";
  const wanted = name.trim() === "" ? null : name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(
      { displayName: wanted },
      {
        onSuccess: () => {
          // What was typed while it was under way stays.
          setDraft((now) => (now === draft ? undefined : now));
          toast({ message: texts.renamed(account.userId, wanted) });
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        <TextInput
          label={texts.displayName}
          description={texts.displayNameHelp(wanted ?? texts.displayNameExample)}
          placeholder={texts.displayNameExample}
          value={name}
          maxLength={256}
          onChange={(event) => setDraft(event.currentTarget.value)}
          error={rename.error && explain(rename.error).detail}
          autoComplete="off"
          w="100%"
          maw={480}
        />
        <Button type="submit" loading={rename.isPending} disabled={wanted === displayName}>
          {shared.save}
        </Button>
      </Stack>
    </form>
  );
}
