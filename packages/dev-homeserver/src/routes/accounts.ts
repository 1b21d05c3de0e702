import { type Static, Type } from "typebox";
import { hashPassword, isPassword, NO_PASSWORD } from "../accounts/passwords.ts";
import { forbidden, MatrixError, missingParam, missingToken, unknown } from "../errors.ts";
import { accessTokenOf } from "../http/access-token.ts";
import { openRoute, type Route, route } from "../http/route.ts";
import { newOpaqueId, userIdFrom } from "../ids.ts";
import type { Services } from "../services.ts";
import { IDENTITY_PROVIDER } from "./single-sign-on.ts";

const optionalString = Type.Optional(Type.String());

const Register = Type.Object({
  type: optionalString,
  username: optionalString,
  password: optionalString,
  device_id: optionalString,
  initial_device_display_name: optionalString,
  inhibit_login: Type.Optional(Type.Boolean()),
  auth: Type.Optional(Type.Unknown()),
});

const Login = Type.Object({
  type: Type.String(),
  identifier: Type.Optional(Type.Object({ type: Type.String(), user: optionalString })),
  user: optionalString,
  password: optionalString,
  token: optionalString,
  device_id: optionalString,
  initial_device_display_name: optionalString,
});

/** Registration, login, passwords. Source: client-server API, "Client authentication". */
export function accountRoutes(
  parts: Pick<
    Services,
    | "serverName"
    | "accountStore"
    | "sessions"
    | "appservices"
    | "interactiveAuth"
    | "loginTokens"
    | "singleSignOn"
    | "checkPassword"
  >,
): Route[] {
  const {
    serverName,
    accountStore,
    sessions,
    appservices,
    interactiveAuth,
    loginTokens,
    singleSignOn,
    checkPassword,
  } = parts;

  /**
   * The user ID a new account may have.
   *
   * @param asToken of the application service that wants it
   */
  function available(username: string, asToken?: string): string {
    const userId = userIdFrom(username, serverName);
    if (!userId)
      throw new MatrixError(400, "M_INVALID_USERNAME", "User names consist of a-z, 0-9 and ._=-/+");
    if (asToken !== undefined) appservices.checkOwn(userId, asToken);
    appservices.checkFree(userId, asToken);
    if (accountStore.user(userId)) throw new MatrixError(400, "M_USER_IN_USE", `${userId} is taken`);
    return userId;
  }

  function logIn(userId: string, request: Static<typeof Login> | Static<typeof Register>) {
    const name = request.initial_device_display_name;
    const { session, accessToken } = sessions.open(userId, request.device_id, name);
    return {
      user_id: userId,
      access_token: accessToken,
      device_id: session.deviceId,
      home_server: serverName,
    };
  }

  /** An application service makes a user of its namespace, who has no password. */
  function registerFor(asToken: string | null, request: Static<typeof Register>) {
    if (asToken === null) throw missingToken("This needs the token of an application service");
    if (request.username === undefined) throw missingParam("A user name is needed");
    const userId = available(request.username, asToken);
    accountStore.addUser(userId, NO_PASSWORD, request.username);
    return request.inhibit_login ? { user_id: userId, home_server: serverName } : logIn(userId, request);
  }

  /** Somebody of the application service's own, whom it need not have registered before; with a device of their own. */
  function logInFor(asToken: string | null, request: Static<typeof Login>) {
    if (asToken === null) throw missingToken("This needs the token of an application service");
    const userId = userIdFrom(request.identifier?.user ?? "", serverName);
    if (userId === undefined) throw missingParam("A user is needed");
    if (appservices.devicesOf(asToken) === "put") {
      const text = "This appservice has MSC4190 enabled, so appservice login cannot be used.";
      throw new MatrixError(400, "IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED", text);
    }
    appservices.checkOwn(userId, asToken);
    if (!accountStore.user(userId)) throw forbidden("Invalid access_token");
    return logIn(userId, request);
  }

  return [
    openRoute({
      method: "POST",
      path: "/_matrix/client/v3/register",
      body: Register,
      async handle({ body, query, request }) {
        if (body.type === "m.login.application_service")
          return registerFor(accessTokenOf(request, query), body);
        if ((query.get("kind") ?? "user") !== "user") throw forbidden("There are no guests here");
        const username = body.username ?? newOpaqueId().toLowerCase();
        available(username);
        interactiveAuth.check(body.auth);
        if (body.password === undefined) throw missingParam("A password is needed");
        const password = await hashPassword(body.password);
        // Hashing took a while: somebody else may have been quicker.
        const userId = available(username);
        accountStore.addUser(userId, password, userId.slice(1, userId.indexOf(":")));
        if (body.inhibit_login) return { user_id: userId, home_server: serverName };
        return logIn(userId, body);
      },
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/register/available",
      handle({ query }) {
        available(query.get("username") ?? "");
        return { available: true };
      },
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v1/register/m.login.registration_token/validity",
      handle: ({ query }) => ({ valid: interactiveAuth.isToken(query.get("token") ?? "") }),
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/login",
      handle: () => ({
        flows: [
          { type: "m.login.password" },
          ...(appservices.areThere ? [{ type: "m.login.application_service" }] : []),
          ...(singleSignOn === undefined
            ? []
            : [{ type: "m.login.sso", identity_providers: [IDENTITY_PROVIDER] }, { type: "m.login.token" }]),
        ],
      }),
    }),
    openRoute({
      method: "POST",
      path: "/_matrix/client/v3/login",
      body: Login,
      async handle({ body, query, request }) {
        if (body.type === "m.login.application_service") return logInFor(accessTokenOf(request, query), body);
        if (body.type === "m.login.token") {
          const userId = loginTokens.take(body.token ?? "");
          if (userId === undefined) throw forbidden("Invalid login token");
          return logIn(userId, body);
        }
        if (body.type !== "m.login.password") throw unknown(`There is no login by ${body.type} here`);
        if (body.identifier && body.identifier.type !== "m.id.user")
          throw unknown(`There is no login by ${body.identifier.type} here`);
        const name = body.identifier?.user ?? body.user;
        if (name === undefined || body.password === undefined)
          throw missingParam("A user and a password are needed");
        const userId = userIdFrom(name, serverName);
        const user = userId === undefined ? undefined : accountStore.user(userId);
        if (!user || !(await isPassword(body.password, user.password)))
          throw forbidden("Invalid username or password");
        return logIn(user.user_id, body);
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/account/password",
      body: Type.Object({
        new_password: Type.String(),
        logout_devices: Type.Optional(Type.Boolean()),
        auth: Type.Optional(Type.Unknown()),
      }),
      async handle({ body }, session) {
        await checkPassword(body.auth, session);
        accountStore.setPassword(session.userId, await hashPassword(body.new_password));
        if (body.logout_devices ?? true)
          for (const other of sessions.of(session.userId))
            if (other.deviceKey !== session.deviceKey) sessions.close(other);
        return {};
      },
    }),
  ];
}
