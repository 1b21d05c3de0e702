import { ActionIcon, Group, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconMoodPlus } from "@tabler/icons-react";
import { useState } from "react";
import { texts } from "../texts.ts";
import type { Message } from "../timeline/messages.ts";
import classes from "./ReactionPicker.module.css";
import { useToggleReaction } from "./use-toggle-reaction.ts";

const KEYS = ["👍", "❤️", "😂", "🎉", "😮", "👀", "✅", "👎"];

/** A few reactions to choose from, and room for any other. */
export function ReactionPicker({ message }: { message: Message }) {
  const [opened, setOpened] = useState(false);
  const [other, setOther] = useState("");
  const toggle = useToggleReaction(message);
  const choose = (key: string) => {
    setOpened(false);
    setOther("");
    if (key) toggle(key);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={texts.react}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={texts.react}
            onClick={() => setOpened((before) => !before)}
          >
            <IconMoodPlus size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <Group gap={2} wrap="nowrap">
          {KEYS.map((key) => (
            <button
              key={key}
              type="button"
              className={classes.key}
              aria-label={texts.reactWith(key)}
              onClick={() => choose(key)}
            >
              {key}
            </button>
          ))}
        </Group>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            choose(other.trim());
          }}
        >
          <TextInput
            mt={8}
            size="xs"
            aria-label={texts.otherReaction}
            placeholder={texts.otherReaction}
            value={other}
            onChange={(event) => setOther(event.currentTarget.value)}
            maxLength={64}
          />
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
