import { type InstanceAction, useInstanceAction } from "../../api/instances.ts";
import { explain } from "../../api/problem.ts";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../texts.ts";
import { texts } from "./texts.ts";

const said = { start: texts.started, stop: texts.stopped, restart: texts.restarted };
const opposite: Partial<Record<InstanceAction, InstanceAction>> = { start: "stop", stop: "start" };

/** Starts, stops or restarts an instance at once, says so, and offers to take it back. */
export function useAct(id: string) {
  const { mutateAsync, isPending, variables } = useInstanceAction(id);
  const toast = useToast();
  // As a promise, and not with the mutation's callbacks: those do not come where one looks at another page by then.
  const act = async (action: InstanceAction, undoable = true) => {
    try {
      await mutateAsync(action);
    } catch (error) {
      const { title, detail } = explain(error);
      return toast({ message: `${title}\n${detail}`, failed: true });
    }
    const back = undoable ? opposite[action] : undefined;
    const undo = back && { action: { label: shared.undo, run: () => void act(back, false) } };
    toast({ message: said[action](id), ...undo });
  };
  return { act, pending: isPending ? variables : undefined };
}
