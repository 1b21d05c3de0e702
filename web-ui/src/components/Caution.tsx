import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Caution.module.css";

/** Something that one should know about what the page shows, with what to press. */
export function Caution({
  icon,
  title,
  action,
  children,
}: {
  icon: ReactNode;
  title: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.caution} aria-label={title}>
      {icon}
      <div className={classes.words}>
        <Text fw={600}>{title}</Text>
        {children}
      </div>
      {action}
    </section>
  );
}
