import { AppError, reasonOf } from "../errors.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { clientOf } from "../matrix/login.ts";
import { type Invitation, type JoinedRoom, readRooms } from "../matrix/rooms-of.ts";
import { takesInvite } from "../runtime/autojoin.ts";
import type { AccountRow, AccountStore } from "../store/accounts.ts";
import { homeserverAnswer } from "./homeserver-answer.ts";

/**
 * The rooms of an account and its invitations, as its homeserver has them: nothing of it is kept here. All throw AppError
 * `NOT_FOUND`, and what `homeserverAnswer` does.
 */
export interface AccountRooms {
  rooms(id: string): Promise<JoinedRoom[]>;
  invites(id: string): Promise<Invitation[]>;
  /** Joins a room to which the account is invited. */
  accept(id: string, roomId: string): Promise<void>;
  reject(id: string, roomId: string): Promise<void>;
  leave(id: string, roomId: string): Promise<void>;
  /** Accepts those invitations that the account's policy takes; what fails is warned of, and waits. */
  takeInvites(id: string): Promise<void>;
}

export function createAccountRooms(options: {
  accounts: AccountStore;
  http: MatrixHttp;
  warn: (message: string, error: unknown) => void;
}): AccountRooms {
  const { accounts, http, warn } = options;
  /** It is work for a homeserver: who ask at once get one answer. */
  const reading = new Map<string, ReturnType<typeof readRooms>>();

  function get(id: string): AccountRow {
    const found = accounts.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no account ${id}.`);
    return found;
  }

  function read(row: AccountRow): ReturnType<typeof readRooms> {
    const under = reading.get(row.id);
    if (under) return under;
    const asked = homeserverAnswer(`The rooms of ${row.userId} could not be read`, () =>
      readRooms(clientOf(row, http), row.userId),
    ).finally(() => reading.delete(row.id));
    reading.set(row.id, asked);
    return asked;
  }

  async function post(row: AccountRow, roomId: string, action: "join" | "leave"): Promise<void> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/${action}`;
    await homeserverAnswer(`${row.userId} could not ${action} ${roomId}`, () =>
      clientOf(row, http).doRequest("POST", path, null, {}),
    );
  }

  /** Nothing else is joined or left under the name of an invitation. */
  async function checkInvited(row: AccountRow, roomId: string): Promise<void> {
    const { invited } = await read(row);
    if (invited.some((invitation) => invitation.roomId === roomId)) return;
    throw new AppError("NOT_FOUND", `${row.userId} is not invited to ${roomId}.`);
  }

  return {
    rooms: async (id) => (await read(get(id))).joined,
    invites: async (id) => (await read(get(id))).invited,
    async accept(id, roomId) {
      const row = get(id);
      await checkInvited(row, roomId);
      await post(row, roomId, "join");
    },
    async reject(id, roomId) {
      const row = get(id);
      await checkInvited(row, roomId);
      await post(row, roomId, "leave");
    },
    async leave(id, roomId) {
      const row = get(id);
      const asked = `The rooms of ${row.userId} could not be read`;
      const joined = await homeserverAnswer(asked, () => clientOf(row, http).getJoinedRooms());
      if (!joined.includes(roomId)) throw new AppError("NOT_FOUND", `${row.userId} is not in ${roomId}.`);
      await post(row, roomId, "leave");
    },
    async takeInvites(id) {
      const row = accounts.get(id);
      if (!row || row.autojoin.policy === "never") return;
      try {
        for (const { roomId, inviter } of (await read(row)).invited) {
          if (takesInvite(row.autojoin, inviter ?? undefined)) await post(row, roomId, "join");
        }
      } catch (error) {
        warn(`Invitations of ${row.userId} wait to be accepted by hand: ${reasonOf(error)}`, error);
      }
    },
  };
}
