import { MatrixError } from "matrix-bot-sdk";
import { AppError, reasonOf } from "../errors.ts";
import { type Avatar, downloadAvatar, uploadAvatar } from "../matrix/avatar.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { clientOf } from "../matrix/login.ts";
import { callingOf } from "../runtime/calling-of.ts";
import type { AccountRow, AccountStore } from "../store/accounts.ts";
import { homeserverAnswer } from "./homeserver-answer.ts";

export interface Profile {
  displayName: string | null;
  avatarUrl: string | null;
}

/** How an account shows itself to others. All throw AppError `NOT_FOUND`, and what `homeserverAnswer` does. */
export interface AccountProfile {
  get(id: string): Promise<Profile>;
  /** Has the account's bots called by its display name, too; where it cannot be asked for, by the one of before. */
  learn(id: string): Promise<void>;
  /** @param displayName `null`: none, so that it is called by its user ID */
  rename(id: string, displayName: string | null): Promise<Profile>;
  /** @throws AppError `NOT_FOUND` where it has none */
  avatar(id: string): Promise<Avatar>;
  setAvatar(id: string, avatar: Avatar | null): Promise<void>;
}

export function createAccountProfile(options: {
  accounts: AccountStore;
  http: MatrixHttp;
  /** Its bots are called by another name now. */
  onRenamed: (id: string) => Promise<void>;
  warn: (message: string, error: unknown) => void;
}): AccountProfile {
  const { accounts, http, onRenamed, warn } = options;

  function row(id: string): AccountRow {
    const found = accounts.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no account ${id}.`);
    return found;
  }

  async function keep(account: AccountRow, displayName: string | null): Promise<void> {
    if (displayName === account.displayName) return;
    accounts.setDisplayName(account.id, displayName);
    if (namesOf(account) !== namesOf({ ...account, displayName })) await onRenamed(account.id);
  }

  const pathOf = ({ userId }: AccountRow) => `/_matrix/client/v3/profile/${encodeURIComponent(userId)}`;

  async function read(account: AccountRow): Promise<Profile> {
    const asked = `The profile of ${account.userId} could not be read`;
    const answer = await homeserverAnswer(asked, async () => {
      try {
        return await clientOf(account, http).doRequest("GET", pathOf(account));
      } catch (error) {
        // Some homeservers know no profile of who never set one.
        if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return {};
        throw error;
      }
    });
    const { displayname, avatar_url } = answer as Record<string, unknown>;
    return { displayName: textIn(displayname), avatarUrl: textIn(avatar_url) };
  }

  async function set(account: AccountRow, field: "displayname" | "avatar_url", value: string): Promise<void> {
    await homeserverAnswer(`The profile of ${account.userId} could not be changed`, () =>
      clientOf(account, http).doRequest("PUT", `${pathOf(account)}/${field}`, null, { [field]: value }),
    );
  }

  return {
    async get(id) {
      const account = row(id);
      const profile = await read(account);
      await keep(account, profile.displayName);
      return profile;
    },
    async learn(id) {
      const account = row(id);
      try {
        await keep(account, (await read(account)).displayName);
      } catch (error) {
        warn(`${account.userId} is not called by its display name: ${reasonOf(error)}`, error);
      }
    },
    async rename(id, displayName) {
      const account = row(id);
      await set(account, "displayname", displayName ?? "");
      const profile = await read(account);
      await keep(account, profile.displayName);
      return profile;
    },
    async avatar(id) {
      const account = row(id);
      const { avatarUrl } = await read(account);
      if (avatarUrl === null) throw new AppError("NOT_FOUND", `${account.userId} has no avatar.`);
      return await homeserverAnswer(`The avatar of ${account.userId} could not be read`, () =>
        downloadAvatar(clientOf(account, http), http, avatarUrl),
      );
    },
    async setAvatar(id, avatar) {
      const account = row(id);
      const client = clientOf(account, http);
      const asked = `The avatar of ${account.userId} could not be uploaded`;
      const mxc =
        avatar === null ? "" : await homeserverAnswer(asked, () => uploadAvatar(client, http, avatar));
      await set(account, "avatar_url", mxc);
    },
  };
}

/** Most display names are the user ID's own at first, and call nobody otherwise. */
const namesOf = (account: AccountRow) =>
  JSON.stringify([...new Set(callingOf(account).names.map((name) => name.toLowerCase()))]);

const textIn = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
