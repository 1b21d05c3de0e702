import type { Opening } from "./opening.ts";

/** What an account has to tell other devices: keys, queries, requests. */
export interface Outgoing {
  /** Sends what waits to be sent, soon. */
  flush(): void;
  /** Sends what could not be sent the last time, if anything. */
  flushLeft(): void;
  /** What is being sent, if anything. */
  readonly underWay: Promise<void> | undefined;
}

export function createOutgoing(options: {
  opening: Opening;
  /** The account ends. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}): Outgoing {
  const { opening, signal, onError } = options;
  let underWay: Promise<void> | undefined;
  let again = false;
  let isLeft = false;

  function flush(): void {
    if (opening.state.status !== "on" || signal.aborted) return;
    if (underWay) {
      again = true;
      return;
    }
    isLeft = false;
    underWay = opening
      .crypto()
      .then((opened) => opened.outgoing())
      .catch((error: unknown) => {
        isLeft = true;
        onError(error);
      })
      .finally(() => {
        underWay = undefined;
        if (!again) return;
        again = false;
        flush();
      });
  }

  return {
    flush,
    flushLeft() {
      if (isLeft) flush();
    },
    get underWay() {
      return underWay;
    },
  };
}
