import { Radio, Stack, Textarea } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { fieldProblem } from "../../../api/problem.ts";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import { type GlobProblem, readGlobs } from "./read-globs.ts";
import { SettingsForm } from "./SettingsForm.tsx";
import { useDraft } from "./use-draft.ts";

type Policy = Account["autojoin"]["policy"];
const POLICIES: readonly Policy[] = ["always", "allow-list", "never"];

const formOf = ({ autojoin: { policy, allow } }: Account) => ({ policy, text: allow.join("\n") });
const wordsOf = ({ line, why }: GlobProblem) => texts.globProblem[why](line);

/** Which invitations an account takes by itself. */
export function Autojoin({ account }: { account: Account }) {
  const draft = useDraft(account, formOf, texts.autojoinSaved(account.userId));
  const { policy, text } = draft.value;
  const { globs, problem } = readGlobs(text);
  const isListed = policy === "allow-list";
  const refused = globs.map((_, index) => fieldProblem(draft.error, `autojoin/allow/${index}`)).find(Boolean);
  return (
    <SettingsForm
      title={texts.invitations}
      detail={texts.autojoinDetail}
      action={shared.save}
      draft={draft}
      isValid={!isListed || (problem === undefined && globs.length > 0)}
      // Who is listed stays listed, for when the list counts again.
      onSave={() => draft.save({ autojoin: { policy, allow: problem ? account.autojoin.allow : globs } })}
    >
      <Radio.Group
        label={texts.autojoinLabel}
        value={policy}
        onChange={(chosen) => draft.set({ policy: chosen as Policy, text })}
      >
        <Stack gap="xs" mt={8}>
          {POLICIES.map((one) => (
            <Radio key={one} value={one} label={texts.policies[one]} description={texts.policyDetails[one]} />
          ))}
        </Stack>
      </Radio.Group>
      {isListed && (
        <Textarea
          label={texts.allowLabel}
          description={texts.allowHelp}
          placeholder={texts.allowExample}
          value={text}
          onChange={(event) => draft.set({ policy, text: event.currentTarget.value })}
          error={(problem && wordsOf(problem)) ?? refused ?? (globs.length === 0 && texts.allowEmpty)}
          minRows={3}
          autosize
          autoCapitalize="off"
          spellCheck={false}
        />
      )}
    </SettingsForm>
  );
}
