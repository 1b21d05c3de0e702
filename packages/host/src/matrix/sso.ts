import { Type } from "typebox";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import type { MatrixHttp } from "./http.ts";
import { jsonOf } from "./registration.ts";

const LOGIN = "/_matrix/client/v3/login";
const Flows = Type.Object({
  flows: Type.Array(
    Type.Object({
      type: Type.String(),
      identity_providers: Type.Optional(Type.Array(Type.Object({ id: Type.String() }))),
    }),
  ),
});

/**
 * Where a browser begins a homeserver's single sign-on. It ends with the browser at `redirectUrl`, with a `loginToken`
 * more in its query: https://spec.matrix.org/latest/client-server-api/#sso-client-loginauthentication
 *
 * @param homeserverUrl one at which a homeserver was found
 * @param identityProvider the ID of one that the homeserver lists; without it, the homeserver asks
 * @throws AppError `SSO_NOT_OFFERED` that says what is offered; `HOMESERVER_UNREACHABLE`
 */
export async function ssoAddress(
  homeserverUrl: string,
  { redirectUrl, identityProvider }: { redirectUrl: string; identityProvider?: string | undefined },
  http: Pick<MatrixHttp, "exchange">,
): Promise<string> {
  const said = jsonOf(await http.exchange({ method: "GET", url: homeserverUrl + LOGIN }));
  const flows = Value.Check(Flows, said) ? said.flows : [];
  const sso = flows.find(({ type }) => type === "m.login.sso");
  if (!sso) {
    const offered = [...new Set(flows.map(({ type }) => type))].join(", ") || "nothing that is known";
    throw notOffered(`${homeserverUrl} has no single sign-on. It offers ${offered}; log in another way.`);
  }
  const query = new URLSearchParams({ redirectUrl });
  if (identityProvider === undefined) return `${homeserverUrl}${LOGIN}/sso/redirect?${query}`;
  const providers = (sso.identity_providers ?? []).map(({ id }) => id);
  if (!providers.includes(identityProvider)) {
    const offered = providers.length > 0 ? `It offers ${providers.join(", ")}.` : "It names none.";
    throw notOffered(`${homeserverUrl} has no identity provider "${identityProvider}". ${offered}`);
  }
  return `${homeserverUrl}${LOGIN}/sso/redirect/${encodeURIComponent(identityProvider)}?${query}`;
}

const notOffered = (text: string) => new AppError("SSO_NOT_OFFERED", text);
