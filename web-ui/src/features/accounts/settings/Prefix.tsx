import { TextInput } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { fieldProblem } from "../../../api/problem.ts";
import { texts } from "../texts.ts";
import { prefixProblem } from "./prefix-problem.ts";
import { SettingsForm } from "./SettingsForm.tsx";
import { useDraft } from "./use-draft.ts";

/** What is put before a command in an account's rooms. */
export function Prefix({ account }: { account: Account }) {
  const draft = useDraft(account, ({ prefix }) => prefix, texts.prefixSaved(account.userId));
  const { value } = draft;
  const problem = prefixProblem(value);
  return (
    <SettingsForm
      title={texts.prefix}
      detail={texts.prefixDetail}
      action={texts.saveRestarts(account.instances.length)}
      draft={draft}
      isValid={problem === undefined}
      onSave={() => draft.save({ prefix: value })}
    >
      <TextInput
        label={texts.prefixLabel}
        description={texts.prefixHelp(problem ? "!" : value)}
        placeholder="!"
        value={value}
        onChange={(event) => draft.set(event.currentTarget.value)}
        error={(problem && texts.prefixProblem[problem]) ?? fieldProblem(draft.error, "prefix")}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        maw={240}
      />
    </SettingsForm>
  );
}
