import type { PermissionName } from "@rookery/plugin-sdk/manifest";
import { AppError } from "../errors.ts";
import type { Granted } from "./permissions.ts";

/** What is granted to a running instance, as it is now: what is taken back is gone at once. */
export interface LiveGrants {
  readonly now: Granted;
  /**
   * Does something that lasts, and breaks it off as soon as the operator takes back what it needs.
   *
   * @param isAllowed asked of each change
   * @throws AppError `PERMISSION_DENIED` where it was broken off; whatever the work throws
   */
  whileGranted<T>(
    what: string,
    isAllowed: (granted: Granted) => boolean,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Notes that a part of a permission was used; `null` for one that is granted as a whole. */
  used(permission: PermissionName, value: string | null): void;
  change(granted: Granted): void;
}

interface Lasting {
  isAllowed: (granted: Granted) => boolean;
  ending: AbortController;
}

export function createLiveGrants(first: Granted, used: LiveGrants["used"]): LiveGrants {
  let now = first;
  const lasting = new Set<Lasting>();

  return {
    get now() {
      return now;
    },
    used,

    async whileGranted(what, isAllowed, work) {
      const one = { isAllowed, ending: new AbortController() };
      lasting.add(one);
      try {
        const result = await work(one.ending.signal);
        // What does not look at its signal has an end, too, but its result is not handed out any more.
        if (one.ending.signal.aborted) throw takenBack(what);
        return result;
      } catch (cause) {
        throw one.ending.signal.aborted ? takenBack(what, cause) : cause;
      } finally {
        lasting.delete(one);
      }
    },

    change(granted) {
      now = granted;
      for (const { isAllowed, ending } of lasting) {
        if (!isAllowed(granted)) ending.abort(new Error("The operator took the permission back."));
      }
    },
  };
}

function takenBack(what: string, cause?: unknown): AppError {
  const text = `${what} was broken off: the operator took the permission back.`;
  return new AppError("PERMISSION_DENIED", text, { cause });
}
