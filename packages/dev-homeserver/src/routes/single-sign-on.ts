import type { ServerResponse } from "node:http";
import { NO_PASSWORD } from "../accounts/passwords.ts";
import { invalidParam, notFound, unrecognized } from "../errors.ts";
import { openRoute, type Route } from "../http/route.ts";
import { userIdFrom } from "../ids.ts";
import type { Services } from "../services.ts";

/** The one that `GET /login` lists. */
export const IDENTITY_PROVIDER = { id: "dev", name: "Development" };

/** A URL's text has no quotation marks, and a user ID nothing that HTML would take for its own. */
const pageTo = ({ href }: URL, userId: string) =>
  `<!doctype html><html lang="en"><title>Single sign-on</title><link rel="icon" href="data:,">
<a href="${href.replaceAll("&", "&amp;")}">Go on as ${userId}</a>`;

/**
 * Single sign-on that asks nobody: whoever comes is the user of the option. Source: client-server API, "SSO client
 * login/authentication".
 */
export function singleSignOnRoutes(
  parts: Pick<Services, "serverName" | "accountStore" | "loginTokens" | "singleSignOn">,
): Route[] {
  const { serverName, accountStore, loginTokens, singleSignOn } = parts;

  function signOn(redirectUrl: string | null, response: ServerResponse): undefined {
    if (singleSignOn === undefined) throw unrecognized("There is no single sign-on here");
    const target = URL.parse(redirectUrl ?? "");
    if (!target || !/^https?:$/.test(target.protocol)) throw invalidParam("redirectUrl is no address");
    const { user, confirm = false } = singleSignOn;
    const userId = userIdFrom(user, serverName);
    if (userId === undefined) throw invalidParam(`${user} is no user name`);
    if (!accountStore.user(userId)) accountStore.addUser(userId, NO_PASSWORD, user);
    target.searchParams.append("loginToken", loginTokens.make(userId));
    if (confirm) {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(pageTo(target, userId));
    } else response.writeHead(302, { Location: target.href, "Content-Length": 0 }).end();
  }

  return [
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/login/sso/redirect",
      handle: ({ query, response }) => signOn(query.get("redirectUrl"), response),
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/login/sso/redirect/:idpId",
      handle({ params, query, response }) {
        if (params.idpId !== IDENTITY_PROVIDER.id) throw notFound(`There is no provider ${params.idpId}`);
        return signOn(query.get("redirectUrl"), response);
      },
    }),
  ];
}
