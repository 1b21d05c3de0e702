import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { reasonOf } from "../errors.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import type { SecretBox } from "../store/secret-box.ts";
import type { SettingStore } from "../store/settings.ts";
import type { AccountService } from "./accounts.ts";
import type { InstanceService } from "./instances.ts";
import type { PluginService } from "./plugins.ts";

/** The built-in development homeserver, with a person to be at the page and bots to talk to. */
export interface PlaygroundService {
  readonly homeserverUrl: string;
  entry(): PlaygroundEntry;
}

export interface PlaygroundEntry {
  serverName: string;
  userId: string;
  accessToken: string;
  roomId: string;
}

export interface PlaygroundOptions {
  homeserverUrl: string;
  serverName: string;
  /** Bundles that come with Rookery; each gets an account and an instance, once. */
  bundles: string[];
  http: MatrixHttp;
  settings: SettingStore;
  box: SecretBox;
  accounts: AccountService;
  plugins: PluginService;
  instances: InstanceService;
  warn: (message: string, error: unknown) => void;
}

const SETTING = "playground";
const PURPOSE = "the playground";

interface Saved {
  userId: string;
  accessToken: string;
  roomId: string;
  /** Instances that were made here once; what the operator deletes stays deleted. */
  seeded: string[];
}

/** Makes the playground ready; at a second start everything is found as it was left. */
export async function openPlayground(options: PlaygroundOptions): Promise<PlaygroundService> {
  const { homeserverUrl, serverName, http, settings, box } = options;

  function load(): Saved | undefined {
    const sealed = settings.get(SETTING);
    return sealed === undefined
      ? undefined
      : (JSON.parse(box.open(Buffer.from(sealed, "base64"), PURPOSE)) as Saved);
  }

  function save(saved: Saved): void {
    settings.set(SETTING, box.seal(JSON.stringify(saved), PURPOSE).toString("base64"));
  }

  /** https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3register */
  async function register(username: string): Promise<{ userId: string; accessToken: string }> {
    const body = {
      username,
      password: randomBytes(24).toString("base64url"),
      auth: { type: "m.login.dummy" },
    };
    const answer = await http.json({
      method: "POST",
      url: `${homeserverUrl}/_matrix/client/v3/register`,
      body,
    });
    const { user_id, access_token } = answer as { user_id: string; access_token: string };
    return { userId: user_id, accessToken: access_token };
  }

  async function as(accessToken: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const url = `${homeserverUrl}/_matrix/client/v3${path}`;
    return (await http.json({ method: "POST", url, accessToken, body })) as Record<string, unknown>;
  }

  async function firstTime(): Promise<Saved> {
    const person = await register("you");
    const room = await as(person.accessToken, "/createRoom", { preset: "private_chat", name: "Playground" });
    const saved: Saved = { ...person, roomId: String(room.room_id), seeded: [] };
    save(saved);
    return saved;
  }

  /** Installs a bundle that comes with Rookery, all its permissions granted. */
  async function install(path: string): Promise<{ id: string; name: string }> {
    const { plugin } = await options.plugins.install(await readFile(path));
    const { missing, manifest } = plugin.waiting ?? plugin;
    if (Object.keys(missing).length > 0) {
      await options.plugins.grant(plugin.id, manifest.permissions ?? {});
    }
    return { id: plugin.id, name: plugin.id.split(".").at(-1) ?? plugin.id };
  }

  async function seed(saved: Saved, pluginId: string, name: string): Promise<void> {
    const { accessToken } = await register(name);
    const account = await options.accounts.add({ homeserverUrl, accessToken });
    await options.instances.create({ id: name, pluginId, accountId: account.id });
    await as(saved.accessToken, `/rooms/${encodeURIComponent(saved.roomId)}/invite`, {
      user_id: account.userId,
    });
    await as(accessToken, `/join/${encodeURIComponent(saved.roomId)}`, {});
    saved.seeded.push(name);
    save(saved);
  }

  const saved = load() ?? (await firstTime());
  for (const path of options.bundles) {
    try {
      const { id, name } = await install(path);
      if (!saved.seeded.includes(name)) await seed(saved, id, name);
    } catch (error) {
      // A newer bundle that is not taken leaves the one before in its place, and the host must start.
      options.warn(`${path} was not installed: ${reasonOf(error)}`, error);
    }
  }
  const { userId, accessToken, roomId } = saved;
  return { homeserverUrl, entry: () => ({ serverName, userId, accessToken, roomId }) };
}
