import { MatrixError } from "matrix-bot-sdk";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import { HostMatrixClient } from "./client.ts";
import type { MatrixHttp } from "./http.ts";
import { LoginAnswer } from "./login-answer.ts";
import { logInAsService } from "./service-login.ts";

/** What a login gives. */
export interface Login {
  userId: string;
  /** Empty where an application service's homeserver gives its users none: there is no encryption then. */
  deviceId: string;
  homeserverUrl: string;
  /** The application service's itself where it gives its users none of their own. */
  accessToken: string;
  /** That of the application service whose user it is, by which its other users are acted as. */
  serviceToken: string | null;
  /** The host logged in by itself; it was handed no token that may be of somebody's session. */
  madeHere: boolean;
}

export type Credentials =
  | { homeserverUrl: string; username: string; password: string }
  /** What a homeserver gives at the end of a single sign-on; it works once. */
  | { homeserverUrl: string; loginToken: string }
  | {
      homeserverUrl: string;
      accessToken: string;
      /** For an application service's token: as whom of its namespace, if not as its sender. */
      username?: string;
    };

const WhoAmI = Type.Object({
  user_id: Type.String({ pattern: "^@.+:.+" }),
  device_id: Type.Optional(Type.String()),
});

/**
 * Logs in with a password or a login token, or looks up whose token was handed over; an application service's, too.
 *
 * @throws AppError `LOGIN_FAILED`, `HOMESERVER_UNREACHABLE`, `BAD_REQUEST`
 */
export async function logIn(credentials: Credentials, http: MatrixHttp): Promise<Login> {
  const homeserverUrl = credentials.homeserverUrl.replace(/\/+$/, "");
  try {
    if ("accessToken" in credentials) {
      const { accessToken } = credentials;
      const client = new HostMatrixClient(homeserverUrl, accessToken, http);
      const { user_id: own, device_id: deviceId } = read(WhoAmI, homeserverUrl, await client.getWhoAmI());
      const userId = fullUserId(credentials.username, own);
      // Only an application service's token has no device, and only with it one is somebody else.
      if (userId !== own || deviceId === undefined)
        return await logInAsService(client, { userId, own }, http);
      return { userId, deviceId, homeserverUrl, accessToken, serviceToken: null, madeHere: false };
    }
    const client = new HostMatrixClient(homeserverUrl, "", http);
    const answer = await client.doRequest("POST", "/_matrix/client/v3/login", null, {
      ...("loginToken" in credentials
        ? { type: "m.login.token", token: credentials.loginToken }
        : {
            type: "m.login.password",
            identifier: { type: "m.id.user", user: credentials.username },
            password: credentials.password,
          }),
      initial_device_display_name: "Rookery",
    });
    const {
      user_id: userId,
      device_id: deviceId,
      access_token: accessToken,
    } = read(LoginAnswer, homeserverUrl, answer);
    return { userId, deviceId, homeserverUrl, accessToken, serviceToken: null, madeHere: true };
  } catch (cause) {
    if (!(cause instanceof MatrixError)) throw cause;
    if ("loginToken" in credentials) throw ssoRefused(homeserverUrl, credentials.loginToken, cause);
    const text = `${homeserverUrl} did not accept the login: ${cause.error} (${cause.errcode}).`;
    throw new AppError("LOGIN_FAILED", text, { cause });
  }
}

/** Without its cause, and without the token: a homeserver may say again what it was sent. */
function ssoRefused(homeserverUrl: string, loginToken: string, { error, errcode }: MatrixError): AppError {
  const said = error.replaceAll(loginToken, "…").replace(/\.$/, "");
  const text = `${homeserverUrl} did not accept what its single sign-on gave: ${said} (${errcode}). It works once and for a short time; begin again.`;
  return new AppError("LOGIN_FAILED", text);
}

function read<Schema extends TSchema>(
  schema: Schema,
  homeserverUrl: string,
  answer: unknown,
): Static<Schema> {
  if (Value.Check(schema, answer)) return answer;
  const text = `${homeserverUrl} did not answer as a Matrix homeserver does. Check its address.`;
  throw new AppError("LOGIN_FAILED", text);
}

/** `bot` or `@bot:example.org` → `@bot:example.org`, on the server of another user. */
function fullUserId(username: string | undefined, other: string): string {
  if (username === undefined) return other;
  const localpart = username.replace(/^@/, "");
  return localpart.includes(":") ? `@${localpart}` : `@${localpart}${other.slice(other.indexOf(":"))}`;
}

/** A client that acts as the login's user. */
export function clientOf(login: UsedLogin, http: MatrixHttp): HostMatrixClient {
  const { userId, deviceId = null, homeserverUrl, accessToken, serviceToken = null } = login;
  if (serviceToken === null && deviceId !== "") return new HostMatrixClient(homeserverUrl, accessToken, http);
  const token = serviceToken ?? accessToken;
  const isService = token === accessToken;
  return new HostMatrixClient(homeserverUrl, accessToken, http, {
    token,
    ...(isService && { asserted: { userId, deviceId: deviceId ?? "" } }),
  });
}

/** What of a login it takes to use it. */
export type UsedLogin = Pick<Login, "userId" | "homeserverUrl" | "accessToken"> &
  Partial<Pick<Login, "deviceId" | "serviceToken">>;

/** Ends a login on the homeserver. */
export async function logOut(login: UsedLogin, http: MatrixHttp): Promise<void> {
  await clientOf(login, http).doRequest("POST", "/_matrix/client/v3/logout", null, {});
}
