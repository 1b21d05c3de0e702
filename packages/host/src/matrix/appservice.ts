import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import type { HostMatrixClient } from "./client.ts";

/** What every refusal ends with: what the operator can do about it. */
const WHAT_TO_DO =
  "The account's access token must be that of an application service whose namespace covers the user (docs/operating.md, Bridges).";

/**
 * Makes sure that a login acts as a user where it says so (`?user_id=`), and makes the user where
 * there is none. An ordinary login's `user_id` is passed over by homeservers, and what was meant to be
 * the user's would be said by the login's own: so it is asked who is acting.
 * https://spec.matrix.org/latest/application-service-api/#identity-assertion
 *
 * @throws AppError `HOMESERVER_REFUSED`; MatrixError for what may pass, and for a login that is gone
 */
export async function ensureActsAs(client: HostMatrixClient, userId: string): Promise<void> {
  const refusal = await whyNot(client, userId);
  if (refusal === null) return;
  try {
    await registerUser(client, userId);
  } catch (error) {
    // It knew the token a moment ago: it is no application service's.
    if (isRefusal(error) || isUnknownToken(error)) throw refused(userId, error as MatrixError);
    throw error;
  }
  const stillRefused = await whyNot(client, userId);
  if (stillRefused !== null) throw refused(userId, stillRefused);
}

/**
 * Registers a user of the application service's namespace; one who is there already is as well.
 *
 * @throws MatrixError `M_EXCLUSIVE`, `M_UNKNOWN_TOKEN` and others
 */
export async function registerUser(client: HostMatrixClient, userId: string): Promise<void> {
  const username = userId.slice(1, userId.indexOf(":"));
  const body = { type: "m.login.application_service", username, inhibit_login: true };
  try {
    await client.doServiceRequest("POST", "/_matrix/client/v3/register", body);
  } catch (error) {
    if (!(error instanceof MatrixError) || error.errcode !== "M_USER_IN_USE") throw error;
  }
}

/**
 * Registers the user as whom a login acts by itself, where it is an application service's: some
 * homeservers let them sync and write without, but show nobody. Any other login is left as it is.
 */
export async function registerSender(client: HostMatrixClient, userId: string): Promise<void> {
  try {
    await registerUser(client, userId);
  } catch (error) {
    if (!isRefusal(error) && !isUnknownToken(error)) throw error;
  }
}

/**
 * Brings a user of an application service into a room: they join, where need be invited by the account.
 * Both may be done again.
 *
 * @throws AppError `HOMESERVER_REFUSED`; MatrixError for what may pass
 */
export async function bringIn(client: HostMatrixClient, roomId: string, userId: string): Promise<void> {
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
  const join = () => client.doRequest("POST", `${room}/join`, { user_id: userId }, {});
  try {
    await join();
    return;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  let why: MatrixError | undefined;
  try {
    await client.doRequest("POST", `${room}/invite`, null, { user_id: userId });
  } catch (error) {
    // Somebody else may have invited them; then they can join all the same.
    if (!isRefusal(error)) throw error;
    why = error;
  }
  try {
    await join();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const text = `${userId} could not be brought into ${roomId}: ${said(why ?? error)}. The account must be in the room, with the power to invite.`;
    throw new AppError("HOMESERVER_REFUSED", text, { cause: error });
  }
}

/** Whether a homeserver said no for good: not "later", and not that the login is gone. */
export function isRefusal(error: unknown): error is MatrixError {
  if (!(error instanceof MatrixError) || isUnknownToken(error)) return false;
  return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 429;
}

export function isUnknownToken(error: unknown): boolean {
  return error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN";
}

/** Why a login does not act as a user now; `null` where it does. */
async function whyNot(client: HostMatrixClient, userId: string): Promise<MatrixError | null> {
  try {
    const whoAmI = "/_matrix/client/v3/account/whoami";
    const { user_id: acting } = (await client.doRequest("GET", whoAmI, { user_id: userId })) as {
      user_id?: unknown;
    };
    if (acting === userId) return null;
    const text = `The homeserver takes the account for ${acting} all the same. Its login is no application service's. ${WHAT_TO_DO}`;
    throw new AppError("HOMESERVER_REFUSED", `The account cannot act as ${userId}. ${text}`);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function refused(userId: string, cause: MatrixError): AppError {
  const text = `The homeserver does not let the account act as ${userId}: ${said(cause)}. ${WHAT_TO_DO}`;
  return new AppError("HOMESERVER_REFUSED", text, { cause });
}

const said = ({ error, errcode }: MatrixError) => `${error?.replace(/\.$/, "") || "no reason"} (${errcode})`;
