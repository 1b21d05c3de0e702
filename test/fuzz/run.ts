import { createRandom, type Random } from "./random.ts";

/**
 * How many inputs all fuzz tests try together. `npm run test:fuzz` tries a million; with
 * `ROOKERY_FUZZ_SEED` as it was printed, the same ones again.
 */
export const INPUTS = Number(process.env.ROOKERY_FUZZ_INPUTS ?? 20_000);
export const SEED = Number(process.env.ROOKERY_FUZZ_SEED ?? Date.now() % 2 ** 32);

/** A million take about three minutes on two cores. */
export const FUZZ_TIMEOUT_MS = 20 * 60_000;

/** Between these many the event loop gets its turn, and so do the timers that would see a test hang. */
const BATCH = 1_000;

/**
 * Tries a share of all inputs, and says how long the slowest took.
 *
 * @param attempt throws where an input was neither taken nor refused as it should be
 * @param afterBatch what only shows later
 */
export async function fuzz(
  what: string,
  share: number,
  attempt: (random: Random) => void,
  afterBatch: () => Promise<void> = async () => undefined,
): Promise<void> {
  const random = createRandom(SEED);
  const total = Math.ceil(INPUTS * share);
  const begin = performance.now();
  let slowest = 0;
  for (let done = 0; done < total; done++) {
    const from = performance.now();
    try {
      attempt(random);
    } catch (error) {
      throw new Error(`Input ${done} of ROOKERY_FUZZ_SEED=${SEED}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    slowest = Math.max(slowest, performance.now() - from);
    if (done % BATCH === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      await afterBatch();
    }
  }
  await afterBatch();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(
    `${what}: ${total} inputs in ${seconds} s, the slowest ${Math.round(slowest)} ms, seed ${SEED}`,
  );
}
