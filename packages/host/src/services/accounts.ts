import { randomUUID } from "node:crypto";
import { MatrixError } from "matrix-bot-sdk";
import { AppError, reasonOf } from "../errors.ts";
import { type Found, findHomeserver } from "../matrix/discovery.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { type Credentials, clientOf, type Login, logIn, logOut } from "../matrix/login.ts";
import { type Offer, offerOf } from "../matrix/offer.ts";
import { type NewUser, register } from "../matrix/registration.ts";
import { readSync, type SyncBatch } from "../matrix/sync-response.ts";
import type { Accounts } from "../runtime/accounts.ts";
import { takesInvite } from "../runtime/autojoin.ts";
import type { EncryptionPlaces } from "../runtime/encryption-places.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import { createTurns } from "../runtime/turns.ts";
import type { AccountLogin, AccountRow, AccountSettings, AccountStore } from "../store/accounts.ts";
import type { Inbox } from "../store/inbox.ts";
import type { Store } from "../store/index.ts";
import type { InstanceStore } from "../store/instances.ts";
import type { ReplacedLoginStore } from "../store/replaced-logins.ts";
import type { ManagedBy } from "./declared/managed.ts";
import { checkKnown, etagOf, type Known } from "./etag.ts";
import type { ReplacedLogins } from "./replaced-logins.ts";

/** An account as it is stored and observed; its token stays inside. */
export type AccountView = Omit<
  AccountRow,
  "accessToken" | "serviceToken" | "syncToken" | "displayName" | "madeHere"
> & {
  /** Names the login and the settings that it has. */
  etag: string;
  isApplicationService: boolean;
  status: string;
  statusReason: string | null;
  lastSyncAt: number | null;
  instances: string[];
  managed: ManagedBy | null;
};

export interface AccountService {
  list(): AccountView[];
  /** @throws AppError `NOT_FOUND` */
  get(id: string): AccountView;
  /**
   * Finds the homeserver, logs in there (a new user is registered first), and starts syncing. A user who is
   * there already gets the new login and goes on from where the old one was, which is ended if the host made it.
   *
   * @param account its `homeserverUrl` may be a server name or a user ID, too
   * @param more.userId whose login it must be; another's is refused, and nothing is kept
   * @param more.settings what a new account has from its first moment on
   * @throws AppError `HOMESERVER_NOT_FOUND`, `LOGIN_FAILED`, `REGISTRATION_FAILED`, `HOMESERVER_UNREACHABLE`,
   *   `HOMESERVER_REFUSED`
   */
  add(
    account: Credentials | NewUser,
    more?: { userId?: string; settings?: AccountSettings },
  ): Promise<AccountView>;
  /** What a homeserver offers, before one has a login there. @throws AppError as `add` does where there is none */
  homeserver(address: string): Promise<Found & Offer>;
  /**
   * Changes what is given, and has it hold: an account that is offline syncs no more and its instances stop; changed
   * prefixes restart them.
   *
   * @throws AppError `NOT_FOUND`, `CHANGED_MEANWHILE`
   */
  change(id: string, change: Partial<AccountSettings>, known?: Known): Promise<AccountView>;
  /** Logs out on the homeserver and forgets the account. @throws AppError `NOT_FOUND`, `IN_USE`, `CHANGED_MEANWHILE` */
  remove(id: string, known?: Known): Promise<void>;
}

export function createAccountService(options: {
  accounts: AccountStore;
  instances: InstanceStore;
  inbox: Inbox;
  replacedLogins: ReplacedLoginStore;
  transaction: Store["transaction"];
  replaced: ReplacedLogins;
  running: Accounts;
  supervisor: Supervisor;
  http: MatrixHttp;
  encryptions: Pick<EncryptionPlaces, "remove">;
  /** What an account that came online, or takes other invitations now, has to make up for. */
  onOnline: (id: string) => void;
  /** What is to be known of an account before its instances start. */
  onLogin: (id: string) => Promise<void>;
  /** What says how an account is, in place of people; by its user ID. */
  managedBy?: (userId: string) => ManagedBy | null;
  warn: (message: string, error: unknown) => void;
}): AccountService {
  const { accounts, instances, inbox, running, supervisor, http, onOnline, onLogin, warn } = options;
  const { encryptions } = options;
  const { replacedLogins, transaction, replaced, managedBy = () => null } = options;
  /** Going online and offline, one after the other. */
  const turns = createTurns();

  function view({
    accessToken: _token,
    serviceToken,
    syncToken: _sync,
    displayName: _name,
    madeHere: _made,
    ...row
  }: AccountRow): AccountView {
    const { status, reason, lastSyncAt } = running.state(row.id);
    const etag = etagOf(row);
    const managed = managedBy(row.userId);
    const isApplicationService = serviceToken != null;
    return {
      ...row,
      isApplicationService,
      etag,
      status,
      statusReason: reason,
      lastSyncAt,
      instances: usedBy(row.id),
      managed,
    };
  }

  function get(id: string): AccountRow {
    const found = accounts.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no account ${id}.`);
    return found;
  }

  /** Has what is stored of an account hold, whatever was asked for last. */
  async function apply(id: string, restart: boolean): Promise<void> {
    const row = accounts.get(id);
    if (!row) return;
    const isOnline = running.state(id).status !== "offline";
    if (isOnline !== row.enabled) {
      await running.stop(id);
      running.start(row);
    }
    await Promise.all(
      usedBy(id).map((each) => (restart ? supervisor.restart(each) : supervisor.reconcile(each))),
    );
  }

  /** Stores the new login of an account, and with it what is to be ended of the one before: a crash forgets neither. */
  function replace(id: string, login: Login): void {
    transaction(() => {
      const before = get(id);
      accounts.setLogin({ ...login, id });
      // A token that was handed over may be of a session of the operator's.
      if (before.madeHere && before.deviceId !== login.deviceId)
        replacedLogins.add({ ...before, replacedAt: Date.now() });
    });
  }

  function insert(login: AccountLogin, settings: AccountSettings | undefined): void {
    transaction(() => {
      accounts.insert(login);
      if (settings) accounts.setSettings(login.id, settings);
    });
  }

  /** A login that is not kept. Never rejects. */
  async function end(login: Login): Promise<void> {
    await logOut(login, http).catch((error: unknown) => {
      const { userId, deviceId } = login;
      const text = `${userId} was logged in in vain (device ${deviceId}), and could not be logged out on its homeserver: ${reasonOf(error)}`;
      warn(text, error);
    });
  }

  /** So that others find its keys before they next say something. */
  function begin(id: string): void {
    const encryption = running.encryption(id);
    encryption
      ?.crypto()
      .then(encryption.flush)
      .catch((error: unknown) => warn("The encryption of a new account could not begin.", error));
  }

  const usedBy = (id: string) =>
    instances
      .list()
      .filter((instance) => instance.accountId === id)
      .map((instance) => instance.id);

  return {
    list: () => accounts.list().map(view),
    get: (id) => view(get(id)),

    async homeserver(address) {
      const found = await findHomeserver(address, http);
      return { ...found, ...(await offerOf(found.homeserverUrl, http)) };
    },

    async add(account, { userId, settings } = {}) {
      const { homeserverUrl } = await findHomeserver(account.homeserverUrl, http);
      const isNew = "registrationToken" in account || "sharedSecret" in account;
      const login = isNew
        ? await register({ ...account, homeserverUrl }, http)
        : await logIn({ ...account, homeserverUrl }, http);
      if (userId !== undefined && login.userId !== userId) {
        if (login.madeHere) await end(login);
        throw new AppError("LOGIN_FAILED", `The login is that of ${login.userId}, not of ${userId}.`);
      }
      const known = accounts.byUserId(login.userId);
      let isInEncryptedRooms = false;
      if (known) {
        await running.stop(known.id);
        replace(known.id, login);
      } else if (isNew) {
        // Nothing was said to it yet, and nobody else may know its password: it is kept whatever comes.
        const id = randomUUID();
        insert({ id, ...login, syncToken: null, createdAt: Date.now() }, settings);
      } else {
        // What is said from now on is for the bot, nothing older: the first token is taken here.
        const first = await firstSync(login, http).catch(async (error: unknown) => {
          if (login.madeHere) await end(login);
          throw error;
        });
        isInEncryptedRooms = first.hasEncryption;
        const id = randomUUID();
        insert({ id, ...login, syncToken: null, createdAt: Date.now() }, settings);
        const joins = first.invites
          .filter(({ inviter }) => !settings || takesInvite(settings.autojoin, inviter))
          .map(({ roomId }) => ({ roomId, via: [] }));
        inbox.append({
          ...{
            accountId: id,
            syncToken: first.nextBatch,
            joins,
            deliveries: [],
            gaps: [],
            skipped: new Map(),
          },
        });
      }
      const row = accounts.byUserId(login.userId);
      if (!row) throw new Error(`The account of ${login.userId} was not stored.`);
      running.start(row);
      if (isInEncryptedRooms) begin(row.id);
      await onLogin(row.id);
      await Promise.all(usedBy(row.id).map((id) => supervisor.restart(id)));
      // Now that nothing is sent with it any more. Nobody waits for it: it may be that it cannot be reached.
      void replaced.end();
      return view(row);
    },

    async change(id, change, known) {
      const row = get(id);
      checkKnown(known, view(row).etag, `The account ${row.userId}`);
      const next = { ...row, ...change };
      accounts.setSettings(id, next);
      const prefixes = ({ prefix, roomPrefixes }: AccountSettings) => etagOf({ prefix, roomPrefixes });
      await turns.take(id, () => apply(id, prefixes(next) !== prefixes(row)));
      if (next.enabled && (!row.enabled || change.autojoin)) onOnline(id);
      return view(get(id));
    },

    async remove(id, known) {
      const row = get(id);
      checkKnown(known, view(row).etag, `The account ${row.userId}`);
      const using = usedBy(id);
      if (using.length > 0) {
        throw new AppError(
          "IN_USE",
          `${row.userId} is used by ${using.join(", ")}. Delete those instances first.`,
        );
      }
      await running.stop(id);
      accounts.remove(id);
      encryptions.remove(id);
      await logOut(row, http).catch((error: unknown) => {
        warn(
          `${row.userId} was removed here, but could not be logged out on its homeserver: ${reasonOf(error)}`,
          error,
        );
      });
    },
  };
}

/** A sync with empty timelines, for its token, the invitations that wait, and whether it is in encrypted rooms. */
async function firstSync(login: Login, http: MatrixHttp): Promise<SyncBatch> {
  const client = clientOf(login, http);
  const nothing = { types: [] };
  const state = { types: ["m.room.encryption"] };
  const filter = JSON.stringify({
    presence: nothing,
    account_data: nothing,
    room: { timeline: { limit: 1, types: [] }, state, ephemeral: nothing, account_data: nothing },
  });
  const signal = AbortSignal.timeout(10 * 60_000);
  try {
    return readSync(await client.sync({ since: null, filter, timeoutMs: 0, signal }), login.userId);
  } catch (cause) {
    if (!(cause instanceof MatrixError)) throw cause;
    const hint =
      login.serviceToken !== null
        ? " Synapse lets no application service's sender sync: name a user of its namespace beside the token."
        : "";
    const text = `${login.homeserverUrl} accepted the login of ${login.userId}, and refused the first sync: ${cause.error} (${cause.errcode}).${hint}`;
    throw new AppError("HOMESERVER_REFUSED", text, { cause });
  }
}
