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
  const begin = performance.now();
  while (true) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, null | undefined | false>;
    }
    const waited = performance.now() - begin;
    if (waited > deadlineMs) throw new Error(`This did not come to be within ${deadlineMs} ms: ${what}.`);
    // What takes long is looked for more rarely: the looks themselves would hold it up.
    await delay(Math.min(5 + waited / 20, 100));
  }
}
