import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../../components/Logo.tsx";
import { usePageTitle } from "../../components/PageHeader.tsx";
import classes from "./SessionCard.module.css";

/** The frame of the pages one sees before being signed in. */
export function SessionCard({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Logo size={40} />
        <Title order={1} mt="md">
          {title}
        </Title>
        {lead && <Text c="dimmed">{lead}</Text>}
        <div className={classes.content}>{children}</div>
      </div>
    </main>
  );
}
