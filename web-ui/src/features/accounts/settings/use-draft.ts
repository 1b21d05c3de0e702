import type { Account, AccountChange } from "@rookery/host/api";
import { useState } from "react";
import { useChangeAccount } from "../../../api/accounts.ts";
import { isStatus } from "../../../api/problem.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { useHeld } from "../../instances/use-held.ts";

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
  const held = useHeld(account, formOf);
  const [draft, keepDraft] = useState<Value>();
  const stored = formOf(held.base);
  const isRefused = isStatus(change.error, 412);

  const setDraft = (next: Value | undefined) => {
    keepDraft(next);
    held.hold(next !== undefined);
  };
  return {
    value: draft ?? stored,
    set: (next: Value) => setDraft(next),
    isEdited: draft !== undefined && JSON.stringify(draft) !== JSON.stringify(stored),
    /** Somebody else changed it; it cannot be saved before theirs is loaded. */
    isOvertaken: isRefused || (held.isOvertaken && !change.isPending),
    loadTheirs: () => {
      setDraft(undefined);
      change.reset();
    },
    /** What the host said to the last attempt, unless it is that somebody was faster. */
    error: isRefused ? null : change.error,
    isSaving: change.isPending,
    save: (body: AccountChange) =>
      change.mutate(
        { ...body, known: held.base.etag },
        {
          onSuccess: () => {
            setDraft(undefined);
            toast({ message: saved });
          },
        },
      ),
  };
}
