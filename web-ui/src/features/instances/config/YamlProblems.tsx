import { Anchor } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle } from "@tabler/icons-react";
import { texts } from "./texts.ts";
import classes from "./YamlProblems.module.css";
import type { ReadYaml } from "./yaml-config.ts";

/** What is wrong in the editor, line by line; pressed, the cursor goes there. */
export function YamlProblems({
  problems,
  onGoTo,
}: {
  problems: ReadYaml["problems"];
  onGoTo: (at: number) => void;
}) {
  return (
    <ul className={classes.problems} aria-label={texts.yamlProblems} aria-live="polite">
      {problems.map(({ line, from, severity, message }) => (
        <li key={`${from} ${message}`} data-severity={severity}>
          {severity === "error" ? (
            <IconAlertCircle size={16} aria-hidden />
          ) : (
            <IconAlertTriangle size={16} aria-hidden />
          )}
          <Anchor component="button" type="button" onClick={() => onGoTo(from)}>
            {texts.atLine(line, message)}
          </Anchor>
        </li>
      ))}
    </ul>
  );
}
