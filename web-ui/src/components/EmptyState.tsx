import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

/** An empty place as an invitation: what belongs here, and how to get it. */
export function EmptyState({
  icon,
  title,
  detail,
  order = 2,
  children,
}: {
  icon: ReactNode;
  title: string;
  detail: string;
  /** 1 where it is the whole page. */
  order?: 1 | 2;
  children?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Stack gap={4} align="center">
        <Title order={order} size="h2" tabIndex={order === 1 ? -1 : undefined}>
          {title}
        </Title>
        <Text c="dimmed" maw={440}>
          {detail}
        </Text>
      </Stack>
      {children}
    </div>
  );
}
