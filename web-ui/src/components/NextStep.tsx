import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./NextStep.module.css";

/**
 * What there is to do next for who sets something up.
 *
 * @param children the button that leads there, if one does
 */
export function NextStep({
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
    <section className={classes.next} aria-label={title}>
      {icon}
      <div className={classes.words}>
        <Text fw={600}>{title}</Text>
        <Text>{detail}</Text>
      </div>
      {children}
    </section>
  );
}
