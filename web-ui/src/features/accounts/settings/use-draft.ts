import type { Account, AccountChange } from "@rookery/host/api";
import { useChangeAccount } from "../../../api/accounts.ts";
import { isStatus } from "../../../api/problem.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { useEdits } from "../../instances/use-edits.ts";

/**
 * The edits of one form about an account: they stay while somebody else changes the account, and are saved over
 * nothing of theirs.
 *
 * @param formOf what of the account the form is about
 * @param saved what is said when it is saved
 */
export function useDraft<Value>(account: Account, formOf: (account: Account) => Value, saved: string) {
  const change = useChangeAccount(account.id);
  const toast = useToast();
  const edits = useEdits<Account, Value>(account, formOf);
  const { draft } = edits;
  const stored = formOf(edits.base);
  const isRefused = isStatus(change.error, 412);

  return {
    value: draft ?? stored,
    set: (next: Value) => edits.set(next),
    isEdited: draft !== undefined && JSON.stringify(draft) !== JSON.stringify(stored),
    /** Somebody else changed it; it cannot be saved before theirs is loaded. */
    isOvertaken: isRefused || (edits.isOvertaken && !change.isPending),
    loadTheirs: () => {
      edits.set(undefined);
      change.reset();
    },
    /** What the host said to the last attempt, unless it is that somebody was faster. */
    error: isRefused ? null : change.error,
    isSaving: change.isPending,
    save: (body: AccountChange) => {
      const onSaved = edits.sent();
      change.mutate(
        { ...body, known: edits.base.etag },
        {
          onSuccess: (answer) => {
            onSaved(answer);
            toast({ message: saved });
          },
        },
      );
    },
  };
}
