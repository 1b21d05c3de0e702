import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { texts } from "../texts.ts";
import classes from "./PageHeader.module.css";

/** The heading of a page and its main actions; it also names the browser's tab. */
export function PageHeader({
  title,
  beside,
  lead,
  children,
}: {
  title: string;
  /** Stands behind the title, such as what copies it. */
  beside?: ReactNode;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  usePageTitle(title);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <div className={classes.title}>
          <Title order={1} tabIndex={-1}>
            {title}
          </Title>
          {beside}
        </div>
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
