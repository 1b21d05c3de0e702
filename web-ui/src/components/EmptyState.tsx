import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

/** An empty place as an invitation: what belongs here, and how to get it. */
export function EmptyState({
  icon,
  title,
  detail,
  children,
}: {
  icon: ReactNode;
  title: string;
  detail: string;
  children?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Stack gap={4} align="center">
        <Title order={2}>{title}</Title>
        <Text c="dimmed" maw={440}>
          {detail}
        </Text>
      </Stack>
      {children}
    </div>
  );
}
