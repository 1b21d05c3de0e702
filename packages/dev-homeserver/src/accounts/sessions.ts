import { hash } from "node:crypto";
import { newAccessToken, newDeviceId } from "../ids.ts";
import type { AccountStore } from "../store/accounts.ts";

/** Who makes a request: a user on one of their devices. */
export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  /** The device's key in the store; never given to another device. */
  readonly deviceKey: number;
  /** The token is an application service's, and the device only stands in for one. */
  readonly isAppservice?: boolean;
}

/** The devices that are logged in, by the hash of their access token. */
export interface Sessions {
  /** The session that a token opens, if any. */
  find(accessToken: string): Session | undefined;
  of(userId: string): Session[];
  /** Logs a device in. A device that is known already gets a new token, and its old one ends. */
  open(userId: string, deviceId?: string, displayName?: string): { session: Session; accessToken: string };
  /** Logs a device out and forgets it. */
  close(session: Session): void;
}

const hashOf = (accessToken: string): string => hash("sha256", accessToken, "base64url");

/** @param onClosed told of each device that was logged out */
export function openSessions(store: AccountStore, onClosed: (session: Session) => void): Sessions {
  const byHash = new Map<string, Session>();
  for (const { token_hash, user_id, device_id, device_key } of store.devices()) {
    byHash.set(token_hash, { userId: user_id, deviceId: device_id, deviceKey: device_key });
  }

  function forget(session: Session): void {
    for (const [tokenHash, known] of byHash)
      if (known.deviceKey === session.deviceKey) byHash.delete(tokenHash);
  }

  return {
    find: (accessToken) => byHash.get(hashOf(accessToken)),
    of: (userId) => [...byHash.values()].filter((session) => session.userId === userId),
    open(userId, deviceId = newDeviceId(), displayName) {
      const accessToken = newAccessToken();
      const tokenHash = hashOf(accessToken);
      const deviceKey = store.putDevice(userId, deviceId, displayName ?? null, tokenHash);
      const session = { userId, deviceId, deviceKey };
      forget(session);
      byHash.set(tokenHash, session);
      return { session, accessToken };
    },
    close(session) {
      store.deleteDevice(session.deviceKey);
      forget(session);
      onClosed(session);
    },
  };
}
