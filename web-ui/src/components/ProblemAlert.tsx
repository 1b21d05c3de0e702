import { Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { explain } from "../api/problem.ts";
import { texts } from "../texts.ts";
import classes from "./ProblemAlert.module.css";

/** An error in words, with its way out beside it. */
export function ProblemAlert({
  error,
  onRetry,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  if (!error) return null;
  const { title, detail } = explain(error);
  return (
    <div className={classes.alert} role="alert">
      <IconAlertTriangle size={20} aria-hidden className={classes.icon} />
      <div className={classes.text}>
        <Text fw={600}>{title}</Text>
        {detail && detail !== title && <Text className={classes.detail}>{detail}</Text>}
        {(onRetry || children) && (
          <Group gap="xs" mt="xs">
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                {texts.retry}
              </Button>
            )}
            {children}
          </Group>
        )}
      </div>
    </div>
  );
}
