import { ActionIcon, TextInput } from "@mantine/core";
import { IconMoodPlus } from "@tabler/icons-react";
import { useId, useState } from "react";
import { hidePanel, Panel } from "../../../components/panel/Panel.tsx";
import { texts } from "../texts.ts";
import type { Message } from "../timeline/messages.ts";
import classes from "./ReactionPicker.module.css";
import { useToggleReaction } from "./use-toggle-reaction.ts";

const KEYS = ["👍", "❤️", "😂", "🎉", "😮", "👀", "✅", "👎"];

/** A few reactions to choose from, and room for any other. */
export function ReactionPicker({ message }: { message: Message }) {
  const id = useId();
  const [other, setOther] = useState("");
  const toggle = useToggleReaction(message);
  const choose = (key: string) => {
    hidePanel(id);
    setOther("");
    if (key) toggle(key);
  };
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={texts.react}
        title={texts.react}
        popoverTarget={id}
      >
        <IconMoodPlus size={16} aria-hidden />
      </ActionIcon>
      <Panel id={id} label={texts.react}>
        <div className={classes.keys}>
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
        </div>
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
      </Panel>
    </>
  );
}
