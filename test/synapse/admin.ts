import { createHmac, randomBytes } from "node:crypto";
import { REGISTRATION_SHARED_SECRET } from "./homeserver-config.ts";

/** A login that Synapse handed out. */
export interface Login {
  userId: string;
  accessToken: string;
  deviceId: string;
}

/** What the operator of a homeserver does by hand, by Synapse's admin API. */
export interface SynapseAdmin {
  /** Makes a user with the shared secret, whatever registration is set to. */
  registerUser(name: string, password: string, options?: { admin?: boolean }): Promise<Login>;
  /** Makes a registration token that can be used `uses` times (default: without limit). */
  createRegistrationToken(uses?: number): Promise<string>;
  /** Takes a user out of the server's limit on messages. */
  liftRateLimit(userId: string): Promise<void>;
  /** Deletes all devices of a user, and their logins with them. */
  logOutEverywhere(userId: string): Promise<void>;
}

/** @param url the homeserver's base URL; nothing is requested before a function is called */
export function createSynapseAdmin(url: string): SynapseAdmin {
  let adminToken: Promise<string> | undefined;

  async function request<T>(method: string, path: string, body?: object, accessToken?: string): Promise<T> {
    const response = await fetch(url + path, {
      method,
      headers: accessToken ? { authorization: `Bearer ${accessToken}` } : {},
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Synapse: ${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  // https://element-hq.github.io/synapse/latest/admin_api/register_api.html
  async function registerUser(name: string, password: string, { admin = false } = {}): Promise<Login> {
    const path = "/_synapse/admin/v1/register";
    const { nonce } = await request<{ nonce: string }>("GET", path);
    const mac = createHmac("sha1", REGISTRATION_SHARED_SECRET)
      .update([nonce, name, password, admin ? "admin" : "notadmin"].join("\0"))
      .digest("hex");
    const body = { nonce, username: name, password, admin, mac };
    const made = await request<{ user_id: string; access_token: string; device_id: string }>(
      "POST",
      path,
      body,
    );
    return { userId: made.user_id, accessToken: made.access_token, deviceId: made.device_id };
  }

  async function makeAdmin(): Promise<string> {
    const admin = await registerUser(`admin-${randomBytes(4).toString("hex")}`, "admin", { admin: true });
    return admin.accessToken;
  }

  // https://element-hq.github.io/synapse/latest/usage/administration/admin_api/registration_tokens.html
  async function createRegistrationToken(uses?: number): Promise<string> {
    adminToken ??= makeAdmin();
    const path = "/_synapse/admin/v1/registration_tokens/new";
    const body = uses === undefined ? {} : { uses_allowed: uses };
    return (await request<{ token: string }>("POST", path, body, await adminToken)).token;
  }

  async function asAdmin<T>(method: string, path: string, body?: object): Promise<T> {
    adminToken ??= makeAdmin();
    return await request<T>(method, path, body, await adminToken);
  }

  // https://element-hq.github.io/synapse/latest/admin_api/user_admin_api.html
  const user = (version: string, userId: string) =>
    `/_synapse/admin/${version}/users/${encodeURIComponent(userId)}`;

  async function liftRateLimit(userId: string): Promise<void> {
    await asAdmin("POST", `${user("v1", userId)}/override_ratelimit`, {
      messages_per_second: 0,
      burst_count: 0,
    });
  }

  async function logOutEverywhere(userId: string): Promise<void> {
    const found = await asAdmin<{ devices: { device_id: string }[] }>("GET", `${user("v2", userId)}/devices`);
    const devices = found.devices.map(({ device_id }) => device_id);
    await asAdmin("POST", `${user("v2", userId)}/delete_devices`, { devices });
  }

  return { registerUser, createRegistrationToken, liftRateLimit, logOutEverywhere };
}
