import { CryptoError } from "@rookery/crypto/account";

/** What ends an account's thread each time must not keep the account from all else. */
export const ATTEMPTS = 3;

/**
 * What ends the account's thread once may have been chance.
 *
 * @throws what the last attempt threw
 */
export async function attempt<T>(call: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await call();
    } catch (error) {
      if (n === ATTEMPTS || !isCrash(error)) throw error;
    }
  }
}

export const isOf = (error: unknown, code: CryptoError["code"]): error is CryptoError =>
  error instanceof CryptoError && error.code === code;

const isCrash = (error: unknown) => isOf(error, "CRASHED") || isOf(error, "HUNG");
