import { createHmac, randomBytes } from "node:crypto";
import { MatrixError } from "matrix-bot-sdk";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import { type Exchanged, type MatrixHttp, parseAnswer } from "./http.ts";
import type { Login } from "./login.ts";

/** How a new user is let in. Without a password it gets one that nobody knows, and can only be used from here. */
export type NewUser = { homeserverUrl: string; username: string; password?: string } & (
  | { registrationToken: string }
  /** Synapse's `registration_shared_secret`. */
  | { sharedSecret: string }
);

const Registered = Type.Object({
  user_id: Type.String({ pattern: "^@.+:.+" }),
  device_id: Type.String(),
  access_token: Type.String({ minLength: 1 }),
});
export const Unfinished = Type.Object({
  flows: Type.Array(Type.Object({ stages: Type.Array(Type.String()) })),
  session: Type.Optional(Type.String()),
  completed: Type.Optional(Type.Array(Type.String())),
  error: Type.Optional(Type.String()),
});
export const Nonce = Type.Object({ nonce: Type.String({ minLength: 1 }) });

export const REGISTER = "/_matrix/client/v3/register";
export const ADMIN_REGISTER = "/_synapse/admin/v1/register";
export const TOKEN_STAGE = "m.login.registration_token";
/** What can be done without a person: nothing is to be read, solved or agreed to. */
export const OWN_STAGES = new Set([TOKEN_STAGE, "m.login.dummy"]);

/**
 * Registers a user on a homeserver, and logs it in.
 *
 * @throws AppError `REGISTRATION_FAILED`, `HOMESERVER_UNREACHABLE`; never with a secret in it
 */
export async function register(user: NewUser, http: Pick<MatrixHttp, "exchange">): Promise<Login> {
  const { homeserverUrl } = user;
  const username = user.username.replace(/^@/, "").replace(/:.*$/, "");
  const password = user.password ?? randomBytes(32).toString("base64url");
  const secret = "sharedSecret" in user ? user.sharedSecret : user.registrationToken;
  try {
    const login =
      "sharedSecret" in user
        ? await bySharedSecret(homeserverUrl, { username, password }, secret, http)
        : await byToken(homeserverUrl, { username, password }, secret, http);
    const { user_id: userId, device_id: deviceId, access_token: accessToken } = login;
    return { userId, deviceId, homeserverUrl, accessToken, serviceToken: null, madeHere: true };
  } catch (cause) {
    if (!(cause instanceof MatrixError)) throw cause;
    // A homeserver may say again what it was sent.
    const said = cause.error.replaceAll(secret, "…").replaceAll(password, "…").replace(/\.$/, "");
    throw failed(`${homeserverUrl} did not register ${username}: ${said} (${cause.errcode}).`);
  }
}

/** https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api */
async function byToken(
  homeserverUrl: string,
  user: { username: string; password: string },
  token: string,
  http: Pick<MatrixHttp, "exchange">,
): Promise<Static<typeof Registered>> {
  const tried = new Set<string>();
  for (let auth: object | undefined; ; ) {
    const body = { ...user, initial_device_display_name: "Rookery", ...(auth ? { auth } : {}) };
    const answer = await http.exchange({ method: "POST", url: homeserverUrl + REGISTER, body });
    const unfinished = answer.statusCode === 401 ? jsonOf(answer) : null;
    if (!Value.Check(Unfinished, unfinished)) return read(Registered, answer);
    const { flows, session, completed = [], error } = unfinished;
    const flow = flows.find(({ stages }) => stages.every((stage) => OWN_STAGES.has(stage)));
    if (!flow) throw failed(`${homeserverUrl} does not register with a token alone. ${wants(flows)}`);
    const type = flow.stages.find((stage) => !completed.includes(stage));
    if (error !== undefined || type === undefined || tried.has(type)) {
      const why = error === undefined ? "" : `: ${error.replaceAll(token, "…").replace(/\.$/, "")}`;
      const text = `${homeserverUrl} did not take the registration token${why}. It may be mistyped, used up or expired.`;
      throw failed(text);
    }
    tried.add(type);
    auth = { type, session, ...(type === TOKEN_STAGE ? { token } : {}) };
  }
}

/** https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
async function bySharedSecret(
  homeserverUrl: string,
  { username, password }: { username: string; password: string },
  secret: string,
  http: Pick<MatrixHttp, "exchange">,
): Promise<Static<typeof Registered>> {
  const url = homeserverUrl + ADMIN_REGISTER;
  const asked = await http.exchange({ method: "GET", url });
  if (asked.statusCode === 404) {
    const text = `${homeserverUrl} has no ${ADMIN_REGISTER}: it is no Synapse, or a proxy keeps that path from outside. Register with a token, or give the address at which Synapse itself listens.`;
    throw failed(text);
  }
  const { nonce } = read(Nonce, asked);
  const mac = createHmac("sha1", secret)
    .update([nonce, username, password, "notadmin"].join("\0"))
    .digest("hex");
  const body = { nonce, username, password, admin: false, mac };
  return read(Registered, await http.exchange({ method: "POST", url, body }));
}

function wants(flows: { stages: string[] }[]): string {
  const stages = [...new Set(flows.flatMap((flow) => flow.stages))].filter((stage) => !OWN_STAGES.has(stage));
  return `It wants ${stages.join(", ") || "nothing that is known"}. Register by hand, and add the account with its password.`;
}

function read<Schema extends TSchema>(schema: Schema, answer: Exchanged): Static<Schema> {
  const value = parseAnswer(answer.url, answer, answer.text);
  if (Value.Check(schema, value)) return value;
  throw failed(`${answer.url.origin} did not answer as a Matrix homeserver does. Check its address.`);
}

/** What an answer says in JSON; `null` where it is none, which has nothing of what is looked for. */
export function jsonOf({ text }: Exchanged): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const failed = (text: string) => new AppError("REGISTRATION_FAILED", text);
