import type { AccountCrypto } from "@rookery/crypto/account";

/** The backup of room keys that came. */
export interface BackingUp {
  soon(): void;
  stop(): void;
}

/** Room keys that came are backed up together. */
const AFTER_MS = 10_000;

/** @param opened what is open then, if anything */
export function createBackingUp(options: {
  opened: () => Promise<AccountCrypto> | undefined;
  onError: (error: unknown) => void;
}): BackingUp {
  const { opened, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        void opened()
          ?.then((crypto) => crypto.backup())
          .catch(onError);
      }, AFTER_MS).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
