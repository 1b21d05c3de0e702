import { randomBytes, randomUUID } from "node:crypto";

/**
 * An event ID shaped like those of room version 11 (43 characters of base64url). It is no hash, since this
 * server federates with nobody. It begins with the event's position, so that the store's index of IDs grows
 * at its end: IDs that are random throughout make every commit write a page more per event.
 */
export function newEventId(position: number): string {
  return `$${position.toString(36).padStart(11, "0")}${randomUUID().replaceAll("-", "")}`;
}

/** A room ID on this server. */
export const newRoomId = (serverName: string): string =>
  `!${randomBytes(13).toString("base64url")}:${serverName}`;

/** The ID of a device whose client named none. */
export const newDeviceId = (): string => randomBytes(6).toString("hex").toUpperCase();

/** An access token: 256 random bits. Only its hash is stored. */
export const newAccessToken = (): string => `dev_${randomBytes(32).toString("base64url")}`;

/** An opaque random ID, for media and user-interactive sessions. */
export const newOpaqueId = (): string => randomBytes(18).toString("base64url");

/** The server part of a user ID, room ID or alias. */
export function serverOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}

/**
 * The user ID for a localpart or a full user ID on this server, or undefined when it is neither.
 * Source: appendices, "User identifiers" (`a-z0-9._=/+-`).
 */
export function userIdFrom(name: string, serverName: string): string | undefined {
  const localpart =
    name.startsWith("@") && name.endsWith(`:${serverName}`) ? name.slice(1, -(serverName.length + 1)) : name;
  if (!/^[a-z0-9._=/+-]+$/.test(localpart)) return undefined;
  const userId = `@${localpart}:${serverName}`;
  return userId.length <= 255 ? userId : undefined;
}
