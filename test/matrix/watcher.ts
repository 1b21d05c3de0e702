import { ClientEvent, createClient, type MatrixClient, type MatrixEvent, SyncState } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

/** Somebody who watches rooms with matrix-js-sdk, the library inside Element. */
export interface Watcher {
  readonly client: MatrixClient;
  /** Waits until what came of a room so far satisfies `done`; gives it, oldest first. */
  until(roomId: string, done: (events: MatrixEvent[]) => boolean): Promise<MatrixEvent[]>;
  stop(): Promise<void>;
}

const logger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: console.error,
  getChild: () => logger,
};
/** More than any post has items, so that no sync leaves something out. */
const TIMELINE = 200;

export async function startWatcher(
  baseUrl: string,
  login: { userId: string; accessToken: string; deviceId: string },
): Promise<Watcher> {
  const pending = new Set<Promise<unknown>>();
  const client = createClient({
    ...{ baseUrl, logger, userId: login.userId, accessToken: login.accessToken, deviceId: login.deviceId },
    async fetchFn(input, init) {
      const answer = fetch(input, init);
      const whole = answer.then((response) => response.clone().arrayBuffer());
      pending.add(whole);
      whole.then(
        () => pending.delete(whole),
        () => pending.delete(whole),
      );
      return answer;
    },
  });
  const seen = new Map<string, MatrixEvent[]>();
  const waiting = new Set<() => void>();
  client.on(ClientEvent.Event, (event) => {
    const roomId = event.getRoomId();
    if (roomId === undefined || event.getId() === undefined) return;
    seen.set(roomId, [...(seen.get(roomId) ?? []), event]);
    for (const look of waiting) look();
  });
  const prepared = new Promise<void>((resolve) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) resolve();
    });
  });
  await client.startClient({ initialSyncLimit: TIMELINE, lazyLoadMembers: true });
  await prepared;

  return {
    client,
    until(roomId, done) {
      return new Promise((resolve) => {
        const look = () => {
          const events = seen.get(roomId) ?? [];
          if (!done(events)) return;
          waiting.delete(look);
          resolve(events);
        };
        waiting.add(look);
        look();
      });
    },
    async stop() {
      client.stopClient();
      while (pending.size > 0) {
        await Promise.allSettled(pending);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
