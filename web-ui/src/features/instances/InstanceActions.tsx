import { Button, Group } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconPlayerPlay, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { texts as shared } from "../../texts.ts";
import { actionsFor } from "./instance-action.ts";
import { texts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const looks = {
  start: { icon: IconPlayerPlay, word: texts.start, name: texts.startOf },
  stop: { icon: IconPlayerStop, word: texts.stop, name: texts.stopOf },
  restart: { icon: IconRefresh, word: texts.restart, name: texts.restartOf },
};

/** The buttons for what can be done with an instance now. */
export function InstanceActions({ instance, size = "xs" }: { instance: Instance; size?: "xs" | "sm" }) {
  const { act, pending } = useAct(instance.id);
  return (
    <Group gap="xs" wrap="nowrap" display="inline-flex">
      {actionsFor(instance).map((action) => {
        const { icon: Icon, word, name } = looks[action];
        return (
          <Button
            key={action}
            size={size}
            variant="default"
            leftSection={<Icon size={14} aria-hidden />}
            aria-label={name(instance.id)}
            loading={pending === action}
            disabled={instance.managed !== null && action !== "restart"}
            title={
              instance.managed && action !== "restart" ? shared.managedBy(instance.managed.file) : undefined
            }
            onClick={() => void act(action)}
          >
            {word}
          </Button>
        );
      })}
    </Group>
  );
}
