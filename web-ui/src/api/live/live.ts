import { isConnected } from "./connection.ts";

/** What no event tells of: when an account last synced, how full the disk is. */
const CONNECTED_MS = 15_000;
const LOST_MS = 2_000;

/**
 * Keeps a query up to date while the page is looked at: the host's event stream says when to ask again
 * (`refresh-told.ts`). While it is lost, the query asks by itself every two seconds.
 */
export function live<Options extends object>(options: Options) {
  return {
    ...options,
    refetchInterval: () => (isConnected() ? CONNECTED_MS : LOST_MS),
    refetchIntervalInBackground: false,
  };
}
