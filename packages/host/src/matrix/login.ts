import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import { HostMatrixClient } from "./client.ts";
import type { MatrixHttp } from "./http.ts";

/** What a login gives. */
export interface Login {
  userId: string;
  deviceId: string;
  homeserverUrl: string;
  accessToken: string;
}

export type Credentials =
  | { homeserverUrl: string; username: string; password: string }
  | { homeserverUrl: string; accessToken: string };

/**
 * Logs in with a password, or looks up whose token was handed over.
 *
 * @throws AppError `LOGIN_FAILED`, `HOMESERVER_UNREACHABLE`
 */
export async function logIn(credentials: Credentials, http: MatrixHttp): Promise<Login> {
  const homeserverUrl = credentials.homeserverUrl.replace(/\/+$/, "");
  try {
    if ("accessToken" in credentials) {
      const { accessToken } = credentials;
      const client = new HostMatrixClient(homeserverUrl, accessToken, http);
      const { user_id: userId, device_id: deviceId } = await client.getWhoAmI();
      return { userId, deviceId: deviceId ?? "", homeserverUrl, accessToken };
    }
    const answer = (await new HostMatrixClient(homeserverUrl, "", http).doRequest(
      "POST",
      "/_matrix/client/v3/login",
      null,
      {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: credentials.username },
        password: credentials.password,
        initial_device_display_name: "Rookery",
      },
    )) as { user_id: string; device_id: string; access_token: string };
    return {
      userId: answer.user_id,
      deviceId: answer.device_id,
      homeserverUrl,
      accessToken: answer.access_token,
    };
  } catch (cause) {
    if (!(cause instanceof MatrixError)) throw cause;
    const text = `${homeserverUrl} did not accept the login: ${cause.error} (${cause.errcode}).`;
    throw new AppError("LOGIN_FAILED", text, { cause });
  }
}

/** Ends a login on the homeserver. */
export async function logOut(
  login: Pick<Login, "homeserverUrl" | "accessToken">,
  http: MatrixHttp,
): Promise<void> {
  await new HostMatrixClient(login.homeserverUrl, login.accessToken, http).doRequest(
    "POST",
    "/_matrix/client/v3/logout",
    null,
    {},
  );
}
