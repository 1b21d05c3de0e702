import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { texts } from "../texts.ts";
import classes from "./PageHeader.module.css";

/** The heading of a page and its main actions; it also names the browser's tab. */
export function PageHeader({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  usePageTitle(title);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Title order={1} tabIndex={-1}>
          {title}
        </Title>
        {lead && <div className={classes.lead}>{lead}</div>}
      </div>
      {children && <div className={classes.actions}>{children}</div>}
    </header>
  );
}

export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
}
