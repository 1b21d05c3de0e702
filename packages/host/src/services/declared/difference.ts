import { isDeepStrictEqual } from "node:util";
import { type Permissions, permissionItems } from "@rookery/plugin-sdk/manifest";
import type { DeclaredKind } from "../../store/declared.ts";
import { etagOf } from "../etag.ts";

/** What of a thing is not as the configuration says; of a secret only that it is another. */
export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

/** What applying the configuration would do to one thing, or why it can do nothing. */
export interface Difference {
  kind: DeclaredKind | "grants";
  /** Its ID; of an account its user ID. */
  name: string;
  /** Where the configuration says so, such as `instances.hello`; of what it says no more, where it did. */
  entry: string;
  /** `remove`: it is in the configuration no more, so it is stopped and kept. `none`: it waits for a person. */
  action: "add" | "change" | "remove" | "none";
  changes: FieldChange[];
  /** Why it could not be applied. */
  problem: string | null;
}

/** A difference, and what makes it none. */
export type Step = Difference & { apply?: () => Promise<void> };

/** Names a difference: the same for the same. */
export const differenceId = ({ kind, action, changes }: Pick<Difference, "kind" | "action" | "changes">) =>
  etagOf({ kind, action, changes });

/** Where an entry stands in the file. */
export function pathOf({ kind, entry }: Pick<Difference, "kind" | "entry">): string[] {
  const dot = entry.indexOf(".");
  const name = entry.slice(dot + 1);
  const path = [entry.slice(0, dot), kind === "grants" ? name.replace(/\.grants$/, "") : name];
  return kind === "grants" ? [...path, "grants"] : path;
}

export const SECRET = "(secret)";

/** What of `from` is otherwise in `to`. */
export function changesBetween<T extends object>(from: T, to: T): FieldChange[] {
  return Object.entries(to)
    .map(([field, value]) => ({ field, from: (from as Record<string, unknown>)[field], to: value }))
    .filter((change) => !isDeepStrictEqual(change.from, change.to));
}

/** Permissions as a list that is the same for the same. */
export const listed = (permissions: Permissions | undefined) =>
  permissionItems(permissions)
    .map(({ permission, value }) => (value === null ? permission : `${permission}: ${value}`))
    .sort();
