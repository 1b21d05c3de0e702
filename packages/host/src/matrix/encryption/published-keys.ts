import { setTimeout as delay } from "node:timers/promises";
import type { AccountCrypto, Http } from "@rookery/crypto/account";

/** Where an account's encryption is kept, as far as telling its keys needs it. */
export interface RestingPlace {
  /** How long after its first sync an account's keys are told. */
  publishAfterMs: number;
  /** One account of the host at a time: each is a thread meanwhile. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** @param atRest it is not in use yet: only its keys are made */
  open(options: { http: Http; atRest: true }): AccountCrypto;
}

/**
 * The keys of a device without encryption: what is said right after a room turned encrypted is encrypted for those
 * devices only that have some. What it costs ends again.
 */
export interface PublishedKeys {
  /** Sees to it, soon and once, that there are some. @param response a sync of the account */
  soon(response: unknown): void;
  /** Resolves when nothing of it is under way. */
  idle(): Promise<void>;
}

/** A homeserver that does not answer keeps the other accounts' keys no longer. */
const DEADLINE_MS = 30_000;

export function createPublishedKeys(options: {
  place: RestingPlace;
  /** Whether there is nothing yet that could be in its way, or that has done it. */
  isUnused: () => boolean;
  /** Whether the device may have keys of this host's. */
  mayHaveKeys: (http: Http) => Promise<boolean>;
  httpUntil: (signal: AbortSignal) => Http;
  /** The account ends. */
  signal: AbortSignal;
  onPublished: () => void;
  onError: (error: unknown) => void;
  deadlineMs?: number;
}): PublishedKeys {
  const { place, isUnused, mayHaveKeys, httpUntil, signal, onPublished, onError } = options;
  const { deadlineMs = DEADLINE_MS } = options;
  let isPlanned = false;
  let underWay: Promise<void> | undefined;

  async function publish(): Promise<void> {
    if (!isUnused() || signal.aborted) return;
    underWay = publishNow().catch(onError);
    await underWay;
    underWay = undefined;
  }

  async function publishNow(): Promise<void> {
    const http = httpUntil(AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]));
    if (!(await mayHaveKeys(http))) return;
    const opened = place.open({ http, atRest: true });
    try {
      // A sync that names no one-time keys: none are left.
      await opened.handleSync({});
      await opened.outgoing();
      onPublished();
    } finally {
      await opened.close();
    }
  }

  return {
    soon(response) {
      if (isPlanned || hasOneTimeKeys(response)) return;
      isPlanned = true;
      delay(place.publishAfterMs, undefined, { ref: false, signal })
        .then(() => place.inTurn(publish))
        // That it is cut short by the end is what the signal is for.
        .catch((error: unknown) => !signal.aborted && onError(error));
    },
    idle: async () => await underWay,
  };
}

function hasOneTimeKeys(response: unknown): boolean {
  const { device_one_time_keys_count: counts } = response as {
    device_one_time_keys_count?: Record<string, unknown> | null;
  };
  return Number(counts?.signed_curve25519 ?? 0) > 0;
}
