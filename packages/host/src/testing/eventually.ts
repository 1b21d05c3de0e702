import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until something that has no event of its own has come to be, and gives what the look found.
 *
 * @param look what it gives ends the waiting, unless it is `undefined`, `null` or `false`
 * @throws Error that names what was waited for
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 30_000,
): Promise<Exclude<T, null | undefined | false>> {
  const end = performance.now() + deadlineMs;
  while (true) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, null | undefined | false>;
    }
    if (performance.now() > end) throw new Error(`This did not come to be within ${deadlineMs} ms: ${what}.`);
    await delay(5);
  }
}
