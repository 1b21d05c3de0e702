import type { JsonObject } from "../json.ts";
import type { Rooms } from "./rooms.ts";

/**
 * Sends one `m.room.message` per content to a room, as `sender`, in one transaction and past the rate
 * limit; returns their event IDs. @throws MatrixError as sending does
 */
export type Inject = (roomId: string, sender: string, contents: readonly JsonObject[]) => string[];

/** One message of a flood. */
export interface FloodMessage {
  readonly roomId: string;
  readonly sender: string;
  readonly content: JsonObject;
}

/** Messages without a request for each, for benchmarks. */
export interface Injector {
  readonly inject: Inject;
  /**
   * Feeds a flood to one user, `perSync` messages at each of their syncs, so that every sync carries the
   * same. The first portion goes out at once. Resolves with the event IDs when the last one has gone out.
   */
  feed(userId: string, perSync: number, messages: readonly FloodMessage[]): Promise<string[]>;
  /** To be told of every sync that begins, before it is computed. */
  onSync(userId: string): void;
}

export function createInjector({ rooms }: { readonly rooms: Rooms }): Injector {
  const feeds = new Map<string, () => void>();

  const inject: Inject = (roomId, sender, contents) => {
    const room = rooms.existing(roomId);
    return contents.map((content) => rooms.append(room, { type: "m.room.message", sender, content }).eventId);
  };

  return {
    inject,
    feed(userId, perSync, messages) {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      const eventIds: string[] = [];
      const next = () => {
        try {
          for (const { roomId, sender, content } of messages.slice(
            eventIds.length,
            eventIds.length + perSync,
          ))
            eventIds.push(...inject(roomId, sender, [content]));
        } catch (error) {
          feeds.delete(userId);
          reject(error);
        }
        if (eventIds.length < messages.length) return;
        feeds.delete(userId);
        resolve(eventIds);
      };
      feeds.set(userId, next);
      next();
      return promise;
    },
    onSync: (userId) => feeds.get(userId)?.(),
  };
}
