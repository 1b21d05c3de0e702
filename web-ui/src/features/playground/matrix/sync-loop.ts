import type { MatrixClient } from "./client.ts";
import { MatrixError } from "./requester.ts";
import type { SyncResponse } from "./types.ts";

/** `refused`: the token is no longer good, and asking again would not help. */
export type Connection = "connecting" | "live" | "lost" | "refused";

const LONG_POLL_MS = 25_000;
const LONGEST_WAIT_MS = 10_000;

/** How long to wait after so many failures in a row, in milliseconds. */
export const backoff = (failures: number) => Math.min(500 * 2 ** (failures - 1), LONGEST_WAIT_MS);

/** Long-polls `/sync` until aborted. After a failure it goes on from where it was. */
export async function syncLoop(
  client: Pick<MatrixClient, "sync">,
  signal: AbortSignal,
  on: { response: (response: SyncResponse, first: boolean) => void; connection: (now: Connection) => void },
): Promise<void> {
  let since: string | undefined;
  let failures = 0;
  on.connection("connecting");
  while (!signal.aborted) {
    try {
      // After a failure the first answer should come at once, so that "live" is said soon.
      const response = await client.sync(since, since && failures === 0 ? LONG_POLL_MS : 0, signal);
      if (signal.aborted) return;
      on.response(response, since === undefined);
      on.connection("live");
      since = response.next_batch;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof MatrixError && error.status === 401) return on.connection("refused");
      failures += 1;
      on.connection("lost");
      await pause(backoff(failures), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
