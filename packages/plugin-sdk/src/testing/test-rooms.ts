import type { MatrixEvent } from "../event.ts";
import type { RoomOperation } from "../permissions.ts";
import { HostError } from "../protocol/errors.ts";
import type { ChangeMember, HostApi, JsonObject } from "../protocol/index.ts";
import { powerOf } from "../protocol/power-levels.ts";
import type { NewRoom } from "../rooms.ts";

/** A room of a test bot. */
export interface TestRoom {
  /** `join`, `invite`, `leave` or `ban`, by user ID. */
  readonly members: ReadonlyMap<string, string>;
  /** The content of a state event; `undefined` where there is none. */
  state(type: string, stateKey?: string): JsonObject | undefined;
}

interface Room extends TestRoom {
  members: Map<string, string>;
  contents: Map<string, JsonObject>;
  events: MatrixEvent[];
}

/** What names its delivery, and not its room. */
type OfDelivery = "room.create" | "room.name" | "room.sender" | "room.encrypted";

type Methods = {
  [K in Exclude<Extract<keyof HostApi, `room.${string}`>, OfDelivery>]: (
    params: Parameters<HostApi[K]>[0],
  ) => Awaited<ReturnType<HostApi[K]>>;
};

const NEEDS: Record<Exclude<Extract<keyof HostApi, `room.${string}`>, OfDelivery>, RoomOperation> = {
  "room.invite": "invite",
  "room.kick": "moderate",
  "room.ban": "moderate",
  "room.unban": "moderate",
  "room.state.get": "state",
  "room.state.set": "state",
  "room.info": "state",
  "room.members": "state",
  "room.history": "history",
};

const ENCRYPTION = "m.room.encryption";

/**
 * The rooms that a test bot knows: those in which it heard something, and those that it made.
 * Everybody has all power there.
 *
 * @param firstState what rooms are like in which somebody says something, by type
 * @param encrypted IDs of rooms that are encrypted
 * @param granted the operations of the permission `rooms` that are granted; all unless told
 */
export function createTestRooms(
  botId: string,
  granted?: readonly RoomOperation[],
  firstState: Record<string, JsonObject> = {},
  encrypted: readonly string[] = [],
) {
  const rooms = new Map<string, Room>();
  const key = (type: string, stateKey: string) => `${type} ${stateKey}`;

  /** @param roomId a room that is there from its first event on */
  function room(roomId: string): Room {
    const algorithm = "m.megolm.v1.aes-sha2";
    const state = encrypted.includes(roomId) ? { ...firstState, [ENCRYPTION]: { algorithm } } : firstState;
    const contents = new Map(Object.entries(state).map(([type, content]) => [key(type, ""), content]));
    const found = rooms.get(roomId) ?? {
      ...{ members: new Map([[botId, "join"]]), contents, events: [] },
      state: (type: string, stateKey = "") => contents.get(key(type, stateKey)),
    };
    rooms.set(roomId, found);
    return found;
  }

  function known(roomId: string): Room {
    const found = rooms.get(roomId);
    if (found) return found;
    throw new HostError("M_FORBIDDEN", `The bot is not in ${roomId}.`);
  }

  const isGranted = (operation: RoomOperation) => granted?.includes(operation) ?? true;

  function check(operation: RoomOperation): void {
    if (isGranted(operation)) return;
    throw new HostError("PERMISSION_DENIED", `This needs the permission "rooms: ${operation}".`);
  }

  const become = (membership: string, from: string[]) => (params: ChangeMember) => {
    const { members } = known(params.roomId);
    const before = members.get(params.userId) ?? "leave";
    if (before === membership) return null;
    if (!from.includes(before))
      throw new HostError(
        "M_FORBIDDEN",
        `${params.userId} cannot become "${membership}", being "${before}".`,
      );
    members.set(params.userId, membership);
    return null;
  };

  const methods: Methods = {
    "room.invite": (params) =>
      known(params.roomId).members.get(params.userId) === "join" ? null : become("invite", ["leave"])(params),
    "room.kick": become("leave", ["join", "invite"]),
    "room.ban": become("ban", ["join", "invite", "leave"]),
    "room.unban": become("leave", ["ban"]),
    "room.state.get": ({ roomId, type, stateKey }) => ({
      content: known(roomId).state(type, stateKey) ?? null,
    }),
    "room.state.set": ({ roomId, type, stateKey, content }) => {
      if (type === "m.room.member") throw new HostError("BAD_REQUEST", "Invite, kick or ban instead.");
      const { contents } = known(roomId);
      contents.set(key(type, stateKey), content);
      return { eventId: `$state-of-${key(type, stateKey)}` };
    },
    "room.info": ({ roomId }) => {
      const { state } = known(roomId);
      const text = (type: string, key: string) => textOf(state(`m.room.${type}`)?.[key]);
      return {
        ...{ name: text("name", "name"), topic: text("topic", "topic") },
        ...{ canonicalAlias: text("canonical_alias", "alias") },
        ...{ encrypted: state(ENCRYPTION) !== undefined },
        powerLevels: state("m.room.power_levels") ?? {},
      };
    },
    "room.members": ({ roomId }) =>
      [...known(roomId).members]
        .filter(([, membership]) => membership === "join")
        .map(([userId]) => ({ userId, displayName: null })),
    "room.history": ({ roomId, from, limit }) => {
      const { events } = known(roomId);
      const end = from === undefined ? events.length : Number(from);
      const start = Math.max(end - limit, 0);
      return { events: events.slice(start, end).reverse(), next: start > 0 ? String(start) : null };
    },
  };

  const checked = Object.entries(methods).map(([name, method]) => [
    name,
    (params: never) => {
      check(NEEDS[name as keyof typeof NEEDS]);
      return method(params);
    },
  ]);

  return {
    methods: Object.fromEntries(checked) as Methods,
    all: rooms as ReadonlyMap<string, TestRoom>,
    isEncrypted: (roomId: string) => room(roomId).state("m.room.encryption") !== undefined,
    nameOf: (roomId: string) => textOf(known(roomId).state("m.room.name")?.name),
    /** What somebody may do: by the room's levels, where it has any; else a level that the test gave. */
    powerOf(roomId: string, userId: string, powerLevel: number) {
      const content = known(roomId).state("m.room.power_levels") ?? { users: { [userId]: powerLevel } };
      return powerOf(userId, { content, sender: null }, null);
    },
    /** Something is said in a room. */
    said(roomId: string, event: MatrixEvent): void {
      const { members, events } = room(roomId);
      members.set(event.sender, "join");
      events.push(event);
    },
    create({ name, topic, invite = [] }: NewRoom): { roomId: string } {
      check("create");
      if (invite.length > 0) check("invite");
      const roomId = `!made${rooms.size + 1}:test`;
      const { members, contents } = room(roomId);
      // It is no room of `roomState`: somebody made it new.
      contents.clear();
      if (name !== undefined) contents.set(key("m.room.name", ""), { name });
      if (topic !== undefined) contents.set(key("m.room.topic", ""), { topic });
      for (const userId of invite) members.set(userId, "invite");
      return { roomId };
    },
    /** Whether it is there, said by somebody else, and may be removed. */
    mayRemove: (roomId: string, eventId: string) =>
      isGranted("moderate") &&
      (rooms.get(roomId)?.events.some((event) => event.event_id === eventId) ?? false),
  };
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
