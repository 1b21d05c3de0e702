import { randomInt } from "node:crypto";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { ensureActsAs, isRefusal, isUnknownToken, registerSender } from "./appservice.ts";
import { HostMatrixClient } from "./client.ts";
import type { MatrixHttp } from "./http.ts";
import type { Login } from "./login.ts";
import { LoginAnswer } from "./login-answer.ts";

/** What people see of the device in their clients. */
const DEVICE_NAME = "Rookery";

/**
 * Logs in as a user of an application service, with a device of their own, so that they have encryption, and so that
 * homeservers keep their transaction IDs. Where neither of the two ways to one is offered, as homeservers differ, without.
 *
 * @param service knows the application service's token
 * @param who.own the user as whom its token acts by itself
 * @throws AppError `HOMESERVER_REFUSED` where it may not act as the user; MatrixError
 */
export async function logInAsService(
  service: HostMatrixClient,
  { userId, own }: { userId: string; own: string },
  http: MatrixHttp,
): Promise<Login> {
  if (userId === own) await registerSender(service, userId);
  else await ensureActsAs(service, userId);
  const { homeserverUrl, accessToken: serviceToken } = service;
  const login = { userId, homeserverUrl, serviceToken };
  const token = await offered(() => ownToken(service, userId));
  if (token) return { ...login, ...token, madeHere: true };
  const deviceId = await offered(() => assertedDevice(service, userId, http));
  return { ...login, accessToken: serviceToken, deviceId: deviceId ?? "", madeHere: deviceId !== null };
}

/** https://spec.matrix.org/latest/client-server-api/#appservice-login */
async function ownToken(
  service: HostMatrixClient,
  userId: string,
): Promise<Pick<Login, "accessToken" | "deviceId"> | null> {
  const answer: unknown = await service.doServiceRequest("POST", "/_matrix/client/v3/login", {
    type: "m.login.application_service",
    identifier: { type: "m.id.user", user: userId },
    initial_device_display_name: DEVICE_NAME,
  });
  if (!Value.Check(LoginAnswer, answer) || answer.user_id !== userId) return null;
  return { accessToken: answer.access_token, deviceId: answer.device_id };
}

const Acting = Type.Object({ user_id: Type.String(), device_id: Type.String() });

/**
 * Since Matrix 1.17, and the only way where another service does the logins (OAuth): a device is made, and each request
 * names it. https://spec.matrix.org/latest/application-service-api/#identity-assertion
 */
async function assertedDevice(
  service: HostMatrixClient,
  userId: string,
  http: MatrixHttp,
): Promise<string | null> {
  const { homeserverUrl, accessToken: token } = service;
  const deviceId = newDeviceId();
  const path = `/_matrix/client/v3/devices/${deviceId}`;
  await service.doRequest("PUT", path, { user_id: userId }, { display_name: DEVICE_NAME });
  const client = new HostMatrixClient(homeserverUrl, token, http, { token, asserted: { userId, deviceId } });
  const acting: unknown = await client.getWhoAmI();
  // A homeserver of before knows no such parameter, and passes it over.
  return Value.Check(Acting, acting) && acting.device_id === deviceId ? deviceId : null;
}

/** `null` where a homeserver refuses: it does not offer that. */
async function offered<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    // It knew the token a moment ago.
    if (isRefusal(error) || isUnknownToken(error)) return null;
    throw error;
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const newDeviceId = () => Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
