import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useSession } from "../session.ts";
import { isConnected, keepConnection, watchConnection } from "./connection.ts";
import { isPageOld, watchPageAge } from "./page-age.ts";
import { createTeller, renewAll } from "./refresh-told.ts";
import { wantLog } from "./wanted-log.ts";

/** Keeps what is shown up to date by one connection, for as long as the component is there. */
export function useLive(): void {
  const client = useQueryClient();
  const session = useSession();
  // All else was asked for after it, so that nothing happens unseen until the connection is there. A later one is of no use: whoever
  // signs out has none, and a connection tells by itself what it saw last.
  const [since] = useState(session?.lastEventId);
  useEffect(() => keepConnection(since, createTeller(client), () => renewAll(client)), [client, since]);
}

/** Whether the host tells of changes now. */
export const useIsConnected = () => useSyncExternalStore(watchConnection, isConnected);

/** Has the host tell also what an instance logs, for as long as the component is there. */
export function useLiveLog(id: string): void {
  useEffect(() => wantLog(id), [id]);
}

/** Whether the host is of another version than the page by now. */
export const useIsPageOld = () => useSyncExternalStore(watchPageAge, isPageOld);
