import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Exchanged, MatrixHttp } from "./http.ts";
import {
  ADMIN_REGISTER,
  jsonOf,
  Nonce,
  OWN_STAGES,
  REGISTER,
  TOKEN_STAGE,
  Unfinished,
} from "./registration.ts";

/** What a homeserver offers to who has no login yet. */
export interface Offer {
  /** As the specification names them: `m.login.password`, `m.login.sso`, … */
  logins: string[];
  /** Whether a registration token alone is enough, nothing at all is needed, something else is, or nobody may. */
  registration: "token" | "open" | "other" | "closed";
  /** Whether it is a Synapse that registers by its shared secret. */
  sharedSecret: boolean;
}

/** Looks, without changing anything, how one can come in. @throws AppError `HOMESERVER_UNREACHABLE` */
export async function offerOf(homeserverUrl: string, http: Pick<MatrixHttp, "exchange">): Promise<Offer> {
  const [login, register, admin] = await Promise.all([
    http.exchange({ method: "GET", url: `${homeserverUrl}/_matrix/client/v3/login` }),
    // Without an `auth`, it only tells what it would want.
    http.exchange({ method: "POST", url: homeserverUrl + REGISTER, body: {} }),
    http.exchange({ method: "GET", url: homeserverUrl + ADMIN_REGISTER }),
  ]);
  const flows = jsonOf(login);
  const logins = Value.Check(LoginFlows, flows) ? flows.flows.map(({ type }) => type) : [];
  const sharedSecret = admin.statusCode === 200 && Value.Check(Nonce, jsonOf(admin));
  return { logins: [...new Set(logins)], registration: registrationIn(register), sharedSecret };
}

const LoginFlows = Type.Object({ flows: Type.Array(Type.Object({ type: Type.String() })) });

function registrationIn(answer: Exchanged): Offer["registration"] {
  const asked = answer.statusCode === 401 ? jsonOf(answer) : null;
  if (!Value.Check(Unfinished, asked)) return "closed";
  const own = asked.flows.filter(({ stages }) => stages.every((stage) => OWN_STAGES.has(stage)));
  if (own.some(({ stages }) => !stages.includes(TOKEN_STAGE))) return "open";
  return own.length > 0 ? "token" : "other";
}
