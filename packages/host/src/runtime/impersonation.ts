import { setTimeout as delay } from "node:timers/promises";
import { isUserOf } from "@rookery/plugin-sdk/manifest";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import { bringIn, ensureActsAs } from "../matrix/appservice.ts";
import type { HostMatrixClient } from "../matrix/client.ts";
import type { ImpersonatedUserStore } from "../store/impersonated-users.ts";
import type { LiveGrants } from "./live-grants.ts";
import { createPace } from "./pace.ts";

/** Somebody beside its account in whose name an instance writes. */
export interface ActingUser {
  readonly userId: string;
  /** Writes into a room when the user is there, and in it. */
  inRoom<T>(roomId: string, write: () => Promise<T>): Promise<T>;
  /** Writes what is about the user, in no room. */
  itself<T>(write: () => Promise<T>): Promise<T>;
}

/** Whom an instance may act as. */
export interface Impersonation {
  /**
   * @param localpart of the account's own homeserver
   * @throws AppError `PERMISSION_DENIED`; and, when something is written, `LIMIT` and `HOMESERVER_REFUSED`
   */
  as(localpart: string): ActingUser;
}

/** https://spec.matrix.org/latest/appendices/#user-identifiers */
const MAX_USER_ID = 255;
/** Whom one account ever acts as: each is a user on the homeserver, and one more name to look for in what comes. */
const MAX_USERS = 10_000;
/** Users who are new, and changes of profiles, which a homeserver tells in every room. */
const CHANGES_PER_SECOND = 1;
const CHANGES_AT_ONCE = 100;
/** Who is in which room, as far as it is remembered. */
const REMEMBERED = 10_000;

/** @param isAccount whether a user is one of the host's own accounts, which nobody acts as but its instances */
export function createImpersonation(options: {
  account: { id: string; userId: string };
  client: HostMatrixClient;
  grants: LiveGrants;
  users: ImpersonatedUserStore;
  isAccount: (userId: string) => boolean;
  signal: AbortSignal;
}): Impersonation {
  const { account, client, grants, users, isAccount, signal } = options;
  const server = account.userId.slice(account.userId.indexOf(":"));
  const prepared = new Map<string, Promise<void>>();
  const joined = new Set<string>();
  const pace = createPace(CHANGES_PER_SECOND, CHANGES_AT_ONCE);

  /** The pattern by which it is granted now. */
  function check(localpart: string, userId: string): string {
    const pattern = grants.now.impersonate.find((each) => isUserOf(localpart, each));
    if (pattern === undefined) {
      const text = `The operator did not let this instance act as ${userId} (permission "impersonate").`;
      throw new AppError("PERMISSION_DENIED", text);
    }
    if (!isAccount(userId)) return pattern;
    throw new AppError(
      "PERMISSION_DENIED",
      `${userId} is an account of this host: only its own bots act as it.`,
    );
  }

  async function prepare(userId: string): Promise<void> {
    const known = prepared.get(userId);
    if (known) return await known;
    const preparing = makeReady(userId);
    prepared.set(userId, preparing);
    try {
      await preparing;
    } catch (error) {
      prepared.delete(userId);
      throw error;
    }
  }

  async function makeReady(userId: string): Promise<void> {
    const acted = users.of(account.id);
    if (!acted.has(userId)) {
      await dueChange();
      if (acted.size >= MAX_USERS) {
        const text = `${account.userId} acted as ${MAX_USERS} users already; there is no room for ${userId}.`;
        throw new AppError("LIMIT", text);
      }
    }
    await ensureActsAs(client, userId);
    // Before anything is said in their name, so that none of it comes back as a person's word; and not before
    // the homeserver agreed, or a plugin could have anybody passed over.
    users.add(account.id, userId, Date.now());
  }

  async function dueChange(): Promise<void> {
    const wait = pace.take();
    if (wait > 0) await delay(wait, undefined, { signal });
  }

  async function come(roomId: string, userId: string): Promise<void> {
    await bringIn(client, roomId, userId);
    if (joined.size >= REMEMBERED) joined.delete(joined.values().next().value ?? "");
    joined.add(`${roomId} ${userId}`);
  }

  return {
    as(localpart) {
      const userId = `@${localpart}${server}`;
      if (Buffer.byteLength(userId) > MAX_USER_ID)
        throw new AppError("BAD_REQUEST", `"${userId}" is longer than a user ID may be (${MAX_USER_ID}).`);
      grants.used("impersonate", check(localpart, userId));
      // Its turn may come much later: what is taken back meanwhile is gone.
      const stillGranted = () => void check(localpart, userId);

      return {
        userId,
        async inRoom(roomId, write) {
          stillGranted();
          await prepare(userId);
          const wasThere = joined.has(`${roomId} ${userId}`);
          if (!wasThere) await come(roomId, userId);
          stillGranted();
          try {
            return await write();
          } catch (error) {
            if (!wasThere || !(error instanceof MatrixError) || error.errcode !== "M_FORBIDDEN") throw error;
            // They left since.
            joined.delete(`${roomId} ${userId}`);
            await come(roomId, userId);
            return await write();
          }
        },
        async itself(write) {
          await dueChange();
          stillGranted();
          await prepare(userId);
          stillGranted();
          return await write();
        },
      };
    },
  };
}
