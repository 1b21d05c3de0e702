import { CryptoError } from "../errors.ts";
import type { Crypto } from "./crypto.ts";

/**
 * An engine whose calls fail as what they are where its file did not take what they did. The machine must not go on then: it has
 * used keys up that stand unused in the file, so that the same sync, taken in again, would bring no room key.
 */
export function lasting(engine: Crypto, storeFailure: () => CryptoError | undefined): Crypto {
  const told =
    (method: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw error instanceof CryptoError ? error : (storeFailure() ?? error);
      }
    };
  return Object.fromEntries(
    Object.entries(engine).map(([name, method]) => [name, told(method as never)]),
  ) as unknown as Crypto;
}
