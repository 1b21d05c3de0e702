import { useLayoutEffect, useRef } from "react";
import { texts } from "../texts.ts";
import classes from "./FormattedText.module.css";
import { sanitize } from "./sanitize.ts";

/** A message's `formatted_body`, sanitized. */
export function FormattedText({ html }: { html: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.replaceChildren(sanitize(html, texts.spoiler));
  }, [html]);
  return <div ref={box} className={classes.text} />;
}
