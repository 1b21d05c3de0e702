import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MatrixError } from "matrix-bot-sdk";
import { AppError, reasonOf } from "../errors.ts";
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
  /**
   * Makes another person to speak as, who is in the same room.
   *
   * @throws AppError `CONFLICT` where a bot or a person has the name
   */
  addPerson(username: string): Promise<PlaygroundEntry>;
  /** The ID of a bot's account that is in the person's room: made once, and logged in anew. */
  account(username: string): Promise<string>;
}

export interface PlaygroundEntry {
  serverName: string;
  userId: string;
  accessToken: string;
  roomId: string;
  /** The others that one can speak as. */
  people: Login[];
}

interface Login {
  userId: string;
  accessToken: string;
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
  /** Of all users that are made here: who was registered by a start that was killed can be logged in. */
  password: string;
  person?: Login & { roomId: string };
  /** Those that the operator made beside. */
  people?: Login[];
  /** Instances that were made here once; what the operator deletes stays deleted. */
  seeded: string[];
}

/**
 * Makes the playground ready; at a second start everything is found as it was left. Each step may be
 * done again, because a start may be killed after any of them.
 */
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

  async function post(path: string, body: unknown, accessToken?: string): Promise<Record<string, unknown>> {
    const url = `${homeserverUrl}/_matrix/client/v3${path}`;
    return (await http.json({ method: "POST", url, accessToken, body })) as Record<string, unknown>;
  }

  /** https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3register */
  async function registerOrLogIn(username: string): Promise<Login> {
    const { password } = saved;
    const registered = post("/register", { username, password, auth: { type: "m.login.dummy" } });
    const { user_id, access_token } = await registered.catch((error: unknown) => {
      if (!(error instanceof MatrixError && error.errcode === "M_USER_IN_USE")) throw error;
      return post("/login", {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: username },
        password,
      });
    });
    return { userId: String(user_id), accessToken: String(access_token) };
  }

  async function makePerson(): Promise<NonNullable<Saved["person"]>> {
    const login = await registerOrLogIn("you");
    const room = { preset: "private_chat", name: "Playground" };
    const { room_id } = await post("/createRoom", room, login.accessToken);
    return { ...login, roomId: String(room_id) };
  }

  /** Installs a bundle that comes with Rookery, all its permissions granted; what the operator has had of it stays as it is. */
  async function install(path: string): Promise<{ id: string; name: string }> {
    const bytes = await readFile(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const found = options.plugins
      .list()
      .find((plugin) => plugin.sha256 === sha256 || plugin.rolledBack?.sha256 === sha256);
    const plugin = found ?? (await options.plugins.install(bytes)).plugin;
    const name = plugin.id.split(".").at(-1) ?? plugin.id;
    const isNew = !found || !saved.seeded.includes(name);
    const { missing, manifest } = plugin.waiting?.sha256 === sha256 ? plugin.waiting : plugin;
    if (isNew && Object.keys(missing).length > 0) {
      await options.plugins.grant(plugin.id, manifest.permissions ?? {});
    }
    return { id: plugin.id, name };
  }

  /** Has somebody in the room where everybody is. */
  async function bringIn({ userId, accessToken }: Login): Promise<void> {
    const room = encodeURIComponent(person.roomId);
    const { joined } = (await http.json({
      method: "GET",
      url: `${homeserverUrl}/_matrix/client/v3/rooms/${room}/joined_members`,
      accessToken: person.accessToken,
    })) as { joined: object };
    if (Object.hasOwn(joined, userId)) return;
    await post(`/rooms/${room}/invite`, { user_id: userId }, person.accessToken);
    await post(`/join/${room}`, {}, accessToken);
  }

  async function accountOf(username: string): Promise<string> {
    const { accessToken } = await registerOrLogIn(username);
    const account = await options.accounts.add({ homeserverUrl, accessToken });
    await bringIn({ userId: account.userId, accessToken });
    return account.id;
  }

  const entry = (): PlaygroundEntry => ({ serverName, ...person, people: saved.people ?? [] });

  async function addPerson(username: string): Promise<PlaygroundEntry> {
    const userId = `@${username}:${serverName}`;
    const taken = [person, ...(saved.people ?? []), ...options.accounts.list()];
    if (taken.some((one) => one.userId === userId)) {
      throw new AppError("CONFLICT", `There is a ${userId} already. Choose another name.`);
    }
    const login = await registerOrLogIn(username);
    await bringIn(login);
    // Another request for the same may have been faster.
    const others = (saved.people ?? []).filter((one) => one.userId !== userId);
    saved.people = [...others, login];
    save(saved);
    return entry();
  }

  async function seed(pluginId: string, name: string): Promise<void> {
    const accountId = await accountOf(name);
    if (!options.instances.list().some(({ id }) => id === name)) {
      await options.instances.create({ id: name, pluginId, accountId });
    }
    saved.seeded.push(name);
    save(saved);
  }

  const saved: Saved = load() ?? { password: randomBytes(24).toString("base64url"), seeded: [] };
  save(saved);
  saved.person ??= await makePerson();
  save(saved);
  const { person } = saved;
  for (const path of options.bundles) {
    try {
      const { id, name } = await install(path);
      if (!saved.seeded.includes(name)) await seed(id, name);
    } catch (error) {
      // A newer bundle that is refused leaves the one before in its place; the host starts all the same.
      options.warn(`${path} could not be made ready for the playground: ${reasonOf(error)}`, error);
    }
  }
  return { homeserverUrl, entry, addPerson, account: accountOf };
}
