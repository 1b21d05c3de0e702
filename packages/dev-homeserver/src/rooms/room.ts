import { stringIn } from "../json.ts";
import type { RoomEvent } from "./event.ts";
import { type PowerLevels, readPowerLevels } from "./power-levels.ts";

export type Membership = "join" | "invite" | "leave" | "ban" | "knock";

/** From which position on a value held. */
export interface Since<Value> {
  readonly position: number;
  readonly value: Value;
}

/** A room's hot state: a fold of its events, kept in memory. */
export interface Room {
  readonly roomId: string;
  readonly version: string;
  readonly creator: string;
  readonly power: PowerLevels;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly lastStatePosition: number;
  readonly lastMemberPosition: number;
  /** The newest events, oldest first; what is older is in the store. */
  readonly tail: readonly RoomEvent[];
  readonly joined: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, RoomEvent>;
  /** All values history visibility ever had, oldest first. */
  readonly visibilities: readonly Since<string>[];
  /** All memberships a user ever had here, oldest first. */
  membershipsOf(userId: string): readonly Since<Membership>[];
  membership(userId: string): Membership | undefined;
  state(): IterableIterator<RoomEvent>;
  stateEvent(type: string, stateKey?: string): RoomEvent | undefined;
  /** Takes the next event into the fold. `live` also puts it into the tail. */
  fold(event: RoomEvent, live: boolean): void;
  /** After a start: where the room ended, since message events are not folded. */
  endsAt(position: number): void;
}

const TAIL = 512;

/** The membership that a member event gives. */
export function membershipIn(event: RoomEvent): Membership {
  const membership = stringIn(event.content, "membership");
  switch (membership) {
    case "join":
    case "invite":
    case "ban":
    case "knock":
      return membership;
    default:
      return "leave";
  }
}

/** An empty room, to be folded into from its create event on. */
export function createRoom(roomId: string): Room {
  const types = new Map<string, Map<string, RoomEvent>>();
  const members = new Map<string, RoomEvent>();
  types.set("m.room.member", members);
  const joined = new Set<string>();
  const memberships = new Map<string, Since<Membership>[]>();
  const visibilities: Since<string>[] = [];
  let tail: RoomEvent[] = [];
  let power = readPowerLevels(undefined, "");
  let creator = "";
  let version = "11";
  let firstPosition = 0;
  let lastPosition = 0;
  let lastStatePosition = 0;
  let lastMemberPosition = 0;

  function foldMember(event: RoomEvent, userId: string): void {
    const membership = membershipIn(event);
    if (membership === "join") joined.add(userId);
    else joined.delete(userId);
    const history = memberships.get(userId) ?? [];
    if (history.at(-1)?.value !== membership) history.push({ position: event.position, value: membership });
    memberships.set(userId, history);
    lastMemberPosition = event.position;
  }

  function foldState(event: RoomEvent, stateKey: string): void {
    const byKey = types.get(event.type) ?? new Map<string, RoomEvent>();
    types.set(event.type, byKey);
    byKey.set(stateKey, event);
    lastStatePosition = event.position;
    if (event.type === "m.room.member") foldMember(event, stateKey);
    if (stateKey !== "") return;
    if (event.type === "m.room.create") {
      creator = event.sender;
      version = stringIn(event.content, "room_version") ?? "1";
      firstPosition = event.position;
      power = readPowerLevels(undefined, creator);
    } else if (event.type === "m.room.power_levels") {
      power = readPowerLevels(event.content, creator);
    } else if (event.type === "m.room.history_visibility") {
      const value = stringIn(event.content, "history_visibility") ?? "shared";
      visibilities.push({ position: event.position, value });
    }
  }

  return {
    roomId,
    get version() {
      return version;
    },
    get creator() {
      return creator;
    },
    get power() {
      return power;
    },
    get firstPosition() {
      return firstPosition;
    },
    get lastPosition() {
      return lastPosition;
    },
    get lastStatePosition() {
      return lastStatePosition;
    },
    get lastMemberPosition() {
      return lastMemberPosition;
    },
    get tail() {
      return tail;
    },
    joined,
    members,
    visibilities,
    membershipsOf: (userId) => memberships.get(userId) ?? [],
    membership(userId) {
      const event = members.get(userId);
      return event && membershipIn(event);
    },
    *state() {
      for (const byKey of types.values()) yield* byKey.values();
    },
    stateEvent: (type, stateKey = "") => types.get(type)?.get(stateKey),
    fold(event, live) {
      lastPosition = event.position;
      if (event.stateKey !== null) foldState(event, event.stateKey);
      if (!live) return;
      tail.push(event);
      if (tail.length >= 2 * TAIL) tail = tail.slice(-TAIL);
    },
    endsAt(position) {
      lastPosition = Math.max(lastPosition, position);
    },
  };
}
