import { Text } from "@mantine/core";
import classes from "./ConfigChanges.module.css";
import type { Difference } from "./difference.ts";
import { texts } from "./texts.ts";

/** What saving would change, setting by setting, before it is saved. */
export function ConfigChanges({
  differences,
  isEdited,
}: {
  /** `null` while something is wrong. */
  differences: Difference[] | null;
  isEdited: boolean;
}) {
  const labels = differences?.map(({ label }) => label) ?? [];
  return (
    <div className={isEdited && differences ? classes.changes : undefined}>
      <Text c="dimmed" role="status">
        {!isEdited && texts.noChanges}
        {isEdited &&
          differences &&
          (labels.length > 0 ? texts.changes(labels.join(", ")) : texts.sameMeaning)}
      </Text>
      {isEdited && differences && differences.length > 0 && (
        <ul aria-label={texts.whatChanges}>
          {differences.map(({ label, what }) => (
            <li key={label}>
              <span className={classes.label}>{label}:</span> <span className={classes.what}>{what}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
