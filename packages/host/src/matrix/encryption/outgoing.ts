import type { Opening } from "./opening.ts";

/** What an account has to tell other devices: keys, queries, requests. */
export interface Outgoing {
  /** Sends what waits to be sent, soon. */
  flush(): void;
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

  function flush(): void {
    if (opening.state.status !== "on" || signal.aborted) return;
    if (underWay) {
      again = true;
      return;
    }
    underWay = opening
      .crypto()
      .then((opened) => opened.outgoing())
      .catch(onError)
      .finally(() => {
        underWay = undefined;
        if (!again) return;
        again = false;
        flush();
      });
  }

  return {
    flush,
    get underWay() {
      return underWay;
    },
  };
}
