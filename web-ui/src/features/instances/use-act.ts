import { type InstanceAction, useInstanceAction } from "../../api/instances.ts";
import { explain } from "../../api/problem.ts";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../texts.ts";
import { texts } from "./texts.ts";

const said = { start: texts.started, stop: texts.stopped, restart: texts.restarted };
const opposite: Partial<Record<InstanceAction, InstanceAction>> = { start: "stop", stop: "start" };

/** Starts, stops or restarts an instance at once, says so, and offers to take it back. */
export function useAct(id: string) {
  const { mutate, isPending, variables } = useInstanceAction(id);
  const toast = useToast();
  const act = (action: InstanceAction, undoable = true) =>
    mutate(action, {
      onSuccess: () => {
        const back = undoable ? opposite[action] : undefined;
        const undo = back && { action: { label: shared.undo, run: () => act(back, false) } };
        toast({ message: said[action](id), ...undo });
      },
      onError: (error) => {
        const { title, detail } = explain(error);
        toast({ message: `${title}\n${detail}`, failed: true });
      },
    });
  return { act, pending: isPending ? variables : undefined };
}
