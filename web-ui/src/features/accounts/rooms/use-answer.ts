import type { Account } from "@rookery/host/api";
import { type RoomAction, useRoomAction } from "../../../api/accounts.ts";
import { explain } from "../../../api/problem.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "../texts.ts";

/** Answers an invitation at once, and says what became of it. */
export function useAnswer({ id, userId }: Account) {
  const { mutate, isPending, variables } = useRoomAction(id);
  const toast = useToast();
  const answer = (action: Exclude<RoomAction, "leave">, roomId: string, name: string) =>
    mutate(
      { roomId, action },
      {
        onSuccess: () => toast({ message: texts.answered[action](userId, name) }),
        onError: (error) => {
          const { title, detail } = explain(error);
          toast({ message: `${title}\n${detail}`, failed: true });
        },
      },
    );
  return { answer, pending: isPending ? variables : undefined };
}
