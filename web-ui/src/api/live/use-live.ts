import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isConnected, keepConnection, watchConnection } from "./connection.ts";
import { createTeller, renewAll } from "./refresh-told.ts";

/** Keeps what is shown up to date by one connection, for as long as the component is there. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => keepConnection(createTeller(client), () => renewAll(client)), [client]);
}

/** Whether the host tells of changes now. */
export const useIsConnected = () => useSyncExternalStore(watchConnection, isConnected);
