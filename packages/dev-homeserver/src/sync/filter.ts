import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { invalidParam } from "../errors.ts";

const strings = Type.Optional(Type.Array(Type.String()));

const EventFilter = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
  types: strings,
  not_types: strings,
  senders: strings,
  not_senders: strings,
});

/** Source: client-server API, `RoomEventFilter`. */
export const RoomEventFilter = Type.Object({
  ...EventFilter.properties,
  rooms: strings,
  not_rooms: strings,
  contains_url: Type.Optional(Type.Boolean()),
  lazy_load_members: Type.Optional(Type.Boolean()),
});
export type RoomEventFilter = Static<typeof RoomEventFilter>;

/** Source: client-server API, "Filtering". Members that this server does nothing with are let through. */
export const Filter = Type.Object({
  account_data: Type.Optional(EventFilter),
  room: Type.Optional(
    Type.Object({
      rooms: strings,
      not_rooms: strings,
      include_leave: Type.Optional(Type.Boolean()),
      state: Type.Optional(RoomEventFilter),
      timeline: Type.Optional(RoomEventFilter),
      ephemeral: Type.Optional(RoomEventFilter),
      account_data: Type.Optional(RoomEventFilter),
    }),
  ),
});
export type Filter = Static<typeof Filter>;

const filterValidator = Compile(Filter);
const roomEventFilterValidator = Compile(RoomEventFilter);

/** Reads a whole filter from JSON text. @throws MatrixError 400 `M_INVALID_PARAM` */
export function parseFilter(text: string): Filter {
  const value = parse(text);
  if (!filterValidator.Check(value)) throw invalidParam("That is not a filter");
  return value;
}

/** Reads the filter of `/messages` and `/context`. @throws MatrixError 400 `M_INVALID_PARAM` */
export function parseRoomEventFilter(text: string): RoomEventFilter {
  const value = parse(text);
  if (!roomEventFilterValidator.Check(value)) throw invalidParam("That is not a filter of room events");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidParam("The filter is not JSON");
  }
}

interface Filterable {
  readonly type: string;
  readonly sender?: string;
  readonly content?: Record<string, unknown>;
}

export type Accepts = (event: Filterable) => boolean;

/** What a filter lets through. In types, `*` stands for any characters. */
export function acceptedBy(filter: RoomEventFilter | undefined): Accepts {
  if (!filter) return () => true;
  const { types, not_types, senders, not_senders, contains_url } = filter;
  if (!types && !not_types && !senders && !not_senders && contains_url === undefined) return () => true;
  const wanted = types?.map(pattern);
  const unwanted = not_types?.map(pattern);
  return ({ type, sender = "", content }) =>
    !(unwanted?.some((matches) => matches(type)) ?? false) &&
    (wanted?.some((matches) => matches(type)) ?? true) &&
    !(not_senders?.includes(sender) ?? false) &&
    (senders?.includes(sender) ?? true) &&
    (contains_url === undefined || (typeof content?.url === "string") === contains_url);
}

function pattern(text: string): (type: string) => boolean {
  if (!text.includes("*")) return (type) => type === text;
  const expression = new RegExp(`^${text.split("*").map(escaped).join(".*")}$`, "s");
  return (type) => expression.test(type);
}

const escaped = (literal: string): string => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

interface RoomFilter {
  readonly rooms?: string[] | undefined;
  readonly not_rooms?: string[] | undefined;
}

/** Whether a filter lets anything of a room through. */
export function acceptsRoom(filter: RoomFilter | undefined, roomId: string): boolean {
  if (filter?.not_rooms?.includes(roomId)) return false;
  return filter?.rooms?.includes(roomId) ?? true;
}
