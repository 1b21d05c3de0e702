import type { Database } from "./database.ts";

export interface UserRow {
  user_id: string;
  password: string;
  display_name: string | null;
  avatar_url: string | null;
}

export interface DeviceRow {
  device_key: number;
  user_id: string;
  device_id: string;
  display_name: string | null;
  token_hash: string;
  last_seen: number;
}

export type AccountStore = ReturnType<typeof createAccountStore>;

/** Users, their profiles and their devices (each with the hash of its access token). */
export function createAccountStore(database: Database) {
  const user = database.prepare<[string], UserRow>("SELECT * FROM users WHERE user_id = ?");
  const insertUser = database.prepare("INSERT INTO users (user_id, password, display_name) VALUES (?, ?, ?)");
  const setPassword = database.prepare("UPDATE users SET password = ? WHERE user_id = ?");
  const setDisplayName = database.prepare("UPDATE users SET display_name = ? WHERE user_id = ?");
  const setAvatarUrl = database.prepare("UPDATE users SET avatar_url = ? WHERE user_id = ?");
  const search = database.prepare<[string, string, number], UserRow>(
    "SELECT * FROM users WHERE instr(lower(user_id), ?) OR instr(lower(display_name), ?) LIMIT ?",
  );
  const devices = database.prepare<[], DeviceRow>("SELECT * FROM devices");
  const devicesOf = database.prepare<[string], DeviceRow>("SELECT * FROM devices WHERE user_id = ?");
  const replaceDevice = database.prepare<unknown[], { device_key: number }>(
    `INSERT INTO devices (user_id, device_id, display_name, token_hash, last_seen) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (user_id, device_id) DO UPDATE SET token_hash = excluded.token_hash, last_seen = excluded.last_seen
     RETURNING device_key`,
  );
  const renameDevice = database.prepare("UPDATE devices SET display_name = ? WHERE device_key = ?");
  const deleteDevice = database.prepare("DELETE FROM devices WHERE device_key = ?");

  return {
    user: (userId: string) => user.get(userId),
    addUser(userId: string, password: string, displayName: string): void {
      database.begin();
      insertUser.run(userId, password, displayName);
    },
    setPassword(userId: string, password: string): void {
      database.begin();
      setPassword.run(password, userId);
    },
    setDisplayName(userId: string, value: string | null): void {
      database.begin();
      setDisplayName.run(value, userId);
    },
    setAvatarUrl(userId: string, value: string | null): void {
      database.begin();
      setAvatarUrl.run(value, userId);
    },
    search: (term: string, limit: number) => search.all(term.toLowerCase(), term.toLowerCase(), limit),
    devices: () => devices.all(),
    devicesOf: (userId: string) => devicesOf.all(userId),
    /** Adds the device, or gives an existing one a new token. Returns its key. */
    putDevice(userId: string, deviceId: string, displayName: string | null, tokenHash: string): number {
      database.begin();
      const row = replaceDevice.get(userId, deviceId, displayName, tokenHash, Date.now());
      if (!row) throw new Error(`the device ${deviceId} of ${userId} was not stored`);
      return row.device_key;
    },
    renameDevice(deviceKey: number, displayName: string): void {
      database.begin();
      renameDevice.run(displayName, deviceKey);
    },
    deleteDevice(deviceKey: number): void {
      database.begin();
      deleteDevice.run(deviceKey);
    },
  };
}
