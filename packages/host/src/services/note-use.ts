import { whyUnwritable } from "../store/unwritable.ts";

/**
 * Writes when something was used last, if it can be written: whoever looks at a host whose disk is full
 * must not be refused for that.
 */
export function noteUse(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (whyUnwritable(error) === null) throw error;
  }
}
