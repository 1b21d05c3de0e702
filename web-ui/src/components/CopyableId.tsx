import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "../texts.ts";
import classes from "./CopyableId.module.css";

/** An identifier in monospace with a copy button; `short` shows less than what is copied. */
export function CopyableId({ value, what, short }: { value: string; what: string; short?: string }) {
  return (
    <span className={classes.id}>
      <code title={short ? value : undefined}>{short ?? value}</code>
      <CopyAction value={value} what={what} />
    </span>
  );
}

/** Copies what stands before it. */
export function CopyAction({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={copy}
          title={texts.copy(what)}
          aria-label={copied ? texts.copied : texts.copy(what)}
        >
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}
