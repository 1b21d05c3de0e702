import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type InstanceAction, useInstanceAction } from "../../api/instances.ts";
import { explain } from "../../api/problem.ts";
import { texts as shared } from "../../texts.ts";
import { texts } from "./texts.ts";

const said = { start: texts.started, stop: texts.stopped, restart: texts.restarted };
const opposite: Partial<Record<InstanceAction, InstanceAction>> = { start: "stop", stop: "start" };

/** Starts, stops or restarts an instance at once, says so, and offers to take it back. */
export function useAct(id: string) {
  const { mutate, isPending, variables } = useInstanceAction(id);
  const act = (action: InstanceAction, undoable = true) =>
    mutate(action, {
      onSuccess: () => announce(id, action, undoable ? act : undefined),
      onError: (error) => {
        const { title, detail } = explain(error);
        notifications.show({ title, message: detail, color: "red.9", autoClose: false });
      },
    });
  return { act, pending: isPending ? variables : undefined };
}

function announce(
  id: string,
  action: InstanceAction,
  act?: (action: InstanceAction, undoable: boolean) => void,
) {
  const back = opposite[action];
  const toast = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text>{said[action](id)}</Text>
        {back && act && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(toast);
              act(back, false);
            }}
          >
            {shared.undo}
          </Button>
        )}
      </Group>
    ),
  });
}
