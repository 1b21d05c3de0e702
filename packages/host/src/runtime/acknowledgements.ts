import type { Inbox, Settled } from "../store/inbox.ts";

/** Writes down what was handled: one transaction for all that ends within some milliseconds. */
export interface Acknowledgements {
  add(settled: Settled): void;
  /** Writes what is pending now. */
  flush(): void;
  /** What ended and is not written yet, by its entry's ID; of several, the newest. */
  pending(): Map<number, Settled>;
}

const DELAY_MS = 5;
const UNWRITABLE_RETRY_MS = 1_000;

/** @param onUnwritable told when they cannot be written; they are kept, and tried again */
export function createAcknowledgements(
  inbox: Pick<Inbox, "settle">,
  onUnwritable: (error: unknown) => void,
): Acknowledgements {
  let settledNow: Settled[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (settledNow.length === 0) return;
    try {
      inbox.settle(settledNow);
      settledNow = [];
    } catch (error) {
      // What ran stays in memory as acknowledged, so that it does not run again while there is no room.
      onUnwritable(error);
      timer = setTimeout(flush, UNWRITABLE_RETRY_MS);
    }
  }

  return {
    add(settled) {
      settledNow.push(settled);
      timer ??= setTimeout(flush, DELAY_MS);
    },
    flush,
    pending: () => new Map(settledNow.map((settled) => [settled.entry.id, settled])),
  };
}
