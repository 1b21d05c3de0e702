import { type JsonObject, powerOf, type RoomInfo, type SenderPower } from "@rookery/plugin-sdk/protocol";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { KnownRooms } from "./accounts.ts";

/** What is kept of one room. All of it may ask the homeserver, once. */
export interface KnownRoom {
  name(): Promise<string | null>;
  encrypted(): Promise<boolean>;
  /** Events of it, decrypted where they can be. */
  readable(events: RoomEvent[]): Promise<RoomEvent[]>;
  powerOf(userId: string): Promise<SenderPower>;
  info(): Promise<RoomInfo>;
  members(): Promise<{ userId: string; displayName: string | null }[]>;
}

/** A room of an account, read from what its syncs keep. */
export function knownRoom({ states, members, isEncrypted, decrypt }: KnownRooms, roomId: string): KnownRoom {
  const contentOf = async (type: string): Promise<JsonObject> =>
    (await states.get(roomId, type))?.content ?? {};
  const name = async () => textOf((await contentOf("m.room.name")).name);

  const encrypted = () => isEncrypted(roomId);

  return {
    name,
    encrypted,
    readable: async (events) => (await decrypt(roomId, events)).events,
    async powerOf(userId) {
      const [levels, create] = await Promise.all([
        states.get(roomId, "m.room.power_levels"),
        states.get(roomId, "m.room.create"),
      ]);
      return powerOf(userId, levels, create);
    },
    async info() {
      const [named, { topic }, { alias }, hasEncryption, powerLevels] = await Promise.all([
        name(),
        contentOf("m.room.topic"),
        contentOf("m.room.canonical_alias"),
        encrypted(),
        contentOf("m.room.power_levels"),
      ]);
      return {
        ...{ name: named, topic: textOf(topic), canonicalAlias: textOf(alias) },
        ...{ encrypted: hasEncryption, powerLevels },
      };
    },
    members: async () =>
      [...(await members.get(roomId))].map(([userId, displayName]) => ({ userId, displayName })),
  };
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
