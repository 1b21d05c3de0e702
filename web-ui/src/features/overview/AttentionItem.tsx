import { Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Attention.module.css";

/** One problem: what and since when, in one sentence, why, and what to press. */
export function AttentionItem({
  title,
  since,
  detail,
  children,
}: {
  title: string;
  since?: ReactNode;
  detail: string;
  children?: ReactNode;
}) {
  return (
    <li className={classes.item}>
      <IconAlertTriangle size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Text fw={600}>
          {title} {since}
        </Text>
        <Text>{detail}</Text>
      </div>
      <Group gap="xs">{children}</Group>
    </li>
  );
}
