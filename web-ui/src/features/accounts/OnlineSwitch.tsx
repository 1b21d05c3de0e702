import { Switch } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useChangeAccount } from "../../api/accounts.ts";
import { explain } from "../../api/problem.ts";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../texts.ts";
import classes from "./OnlineSwitch.module.css";
import { texts } from "./texts.ts";

/** Takes an account offline, or online again, at once; and says what that does to its instances. */
export function OnlineSwitch({ account }: { account: Account }) {
  const { mutateAsync, isPending, variables } = useChangeAccount(account.id);
  const toast = useToast();
  // As a promise, and not with the mutation's callbacks: those do not come where one looks at another page by then.
  const set = async (enabled: boolean, undoable = true) => {
    try {
      // Whatever else was changed of it meanwhile: this says nothing of that.
      const { userId, instances } = await mutateAsync({ enabled });
      const undo = undoable && { action: { label: shared.undo, run: () => void set(!enabled, false) } };
      const said = enabled ? texts.cameOnline(userId) : texts.wentOffline(userId, instances.length);
      toast({ message: said, ...undo });
    } catch (error) {
      const { title, detail } = explain(error);
      toast({ message: `${title}\n${detail}`, failed: true });
    }
  };
  return (
    <Switch
      className={classes.online}
      label={texts.online}
      checked={isPending ? (variables.enabled ?? account.enabled) : account.enabled}
      disabled={account.managed !== null}
      // Not disabled meanwhile, which would take the focus away.
      aria-busy={isPending}
      onChange={(event) => !isPending && void set(event.currentTarget.checked)}
    />
  );
}
