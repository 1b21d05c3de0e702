import type { Declared } from "../../config/declared.ts";
import { AppError } from "../../errors.ts";
import type { DeclaredKind } from "../../store/declared.ts";
import { namesOf } from "./plan.ts";

/** What says how something is, in place of the page and the API. */
export interface ManagedBy {
  /** The configuration's path. */
  file: string;
  /** Where in it, such as `instances.hello`. */
  entry: string;
}

/** Knows what the configuration declares. */
export interface Managed {
  /** @param name its ID; of an account its user ID */
  by(kind: DeclaredKind, name: string): ManagedBy | null;
  /** @throws AppError `MANAGED` where the configuration says how it is */
  refuse(kind: DeclaredKind, name: string): void;
}

/** @param current what holds now; it changes when the configuration is read anew */
export function createManaged(current: () => { declared: Declared; file: string }): Managed {
  function by(kind: DeclaredKind, name: string): ManagedBy | null {
    const { declared, file } = current();
    if (!namesOf(kind, declared).has(name)) return null;
    const key =
      kind === "account"
        ? Object.entries(declared.accounts).find(([, { userId }]) => userId === name)?.[0]
        : name;
    return { file, entry: `${kind}s.${key}` };
  }
  return {
    by,
    refuse(kind, name) {
      const managed = by(kind, name);
      if (!managed) return;
      const { file, entry } = managed;
      const text = `${name} is managed by ${file}: change ${entry} there and have Rookery read it again ("systemctl reload rookery", or SIGHUP). Nothing was changed.`;
      throw new AppError("MANAGED", text, { data: { file, entry } });
    },
  };
}
