import { Text } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconFileText } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { texts } from "../texts.ts";
import classes from "./Managed.module.css";
import status from "./Status.module.css";

type ManagedBy = Instance["managed"];

/** That the configuration says how something is, and where in it. */
export function ManagedBadge({ managed }: { managed: ManagedBy }) {
  if (!managed) return null;
  return (
    <span className={status.status} data-tone="quiet" title={texts.managedWhere(managed.file, managed.entry)}>
      <IconFileText size={16} aria-hidden />
      {texts.managedBy(nameOf(managed.file))}
    </span>
  );
}

/** What cannot be changed on the page where the configuration says how it is, and why. */
export function ManagedFields({ managed, children }: { managed: ManagedBy; children: ReactNode }) {
  return (
    <fieldset className={classes.fields} disabled={managed !== null} aria-label={texts.managedFields}>
      {managed && (
        <Text c="dimmed" mb="md">
          {texts.managedDetail(managed.file, managed.entry)}
        </Text>
      )}
      {children}
    </fieldset>
  );
}

const nameOf = (file: string) => file.slice(file.lastIndexOf("/") + 1);
