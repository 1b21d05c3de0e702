import type { FastifyInstance } from "fastify";
import type { Role } from "../store/roles.ts";
import type { PictureKind } from "./audit-pictures.ts";

/** Who may use a route, and what the audit log calls it. */
export interface Access {
  /** The least that is needed; `anyone` needs no sign-in. */
  role: Role | "anyone";
  /** It needs a session of the page: an API token does not do. */
  sessionOnly: boolean;
  /** `null` where nothing of Rookery's changes, or the service writes it down itself. */
  change: Change | null;
}

export interface Change {
  /** Such as `instance.change`. */
  action: string;
  /** What is looked at before and after it. */
  of: PictureKind | null;
  /** It makes a new one, once for an `Idempotency-Key`. */
  creates?: true;
}

const unchanged = (role: Access["role"], sessionOnly = false): Access => ({
  role,
  sessionOnly,
  change: null,
});
const changes = (role: Access["role"], action: string, of: PictureKind | null = null): Access => ({
  ...{ role, sessionOnly: false, change: { action, of } },
});
const creates = (role: Role, action: string, of: PictureKind): Access => ({
  ...{ role, sessionOnly: false, change: { action, of, creates: true } },
});
const bySession = (access: Access): Access => ({ ...access, sessionOnly: true });

const V1 = "/api/v1";

/**
 * Every route that the host answers: who may use it, and what it changes. A route that is not here is
 * refused when the host starts, so none can be forgotten. `HEAD` is as `GET`; `ALL` is every other method.
 */
export const ACCESS: Readonly<Record<string, Access>> = {
  // The page itself, and whether the host is well.
  "GET /*": unchanged("anyone"),
  "GET /healthz": unchanged("anyone"),
  "GET /readyz": unchanged("anyone"),
  // Bots, plugins and user IDs are in it.
  "GET /metrics": unchanged("viewer"),

  // One's own: signing in writes itself down, with what fails, too.
  [`POST ${V1}/session`]: unchanged("anyone"),
  [`POST ${V1}/session/one-time`]: unchanged("anyone"),
  [`DELETE ${V1}/session`]: changes("anyone", "session.end"),
  [`GET ${V1}/session`]: unchanged("viewer"),
  [`PUT ${V1}/session/password`]: unchanged("viewer", true),
  [`GET ${V1}/sessions`]: unchanged("viewer"),
  [`DELETE ${V1}/sessions`]: bySession(changes("viewer", "session.end-others")),
  [`DELETE ${V1}/sessions/:id`]: bySession(changes("viewer", "session.end")),
  [`GET ${V1}/tokens`]: unchanged("viewer"),
  // A token that makes tokens would not end.
  [`POST ${V1}/tokens`]: bySession(creates("viewer", "token.create", "token")),
  [`DELETE ${V1}/tokens/:id`]: changes("viewer", "token.remove", "token"),

  [`GET ${V1}/users`]: unchanged("admin"),
  [`POST ${V1}/users`]: creates("admin", "user.add", "user"),
  [`GET ${V1}/users/:name`]: unchanged("admin"),
  [`PATCH ${V1}/users/:name`]: changes("admin", "user.change", "user"),
  [`DELETE ${V1}/users/:name`]: changes("admin", "user.remove", "user"),
  [`POST ${V1}/users/:name/link`]: changes("admin", "user.link"),
  [`GET ${V1}/users/:name/sessions`]: unchanged("admin"),
  [`DELETE ${V1}/users/:name/sessions`]: changes("admin", "session.end-all"),
  [`DELETE ${V1}/users/:name/sessions/:id`]: changes("admin", "session.end"),
  [`GET ${V1}/users/:name/tokens`]: unchanged("admin"),
  [`DELETE ${V1}/users/:name/tokens/:id`]: changes("admin", "token.remove", "token"),
  [`GET ${V1}/audit-log`]: unchanged("admin"),

  [`GET ${V1}/accounts`]: unchanged("viewer"),
  [`POST ${V1}/accounts`]: creates("admin", "account.add", "account"),
  // Nothing is changed yet. It belongs to the session in whose browser it goes on.
  [`POST ${V1}/accounts/sso`]: unchanged("admin", true),
  [`POST ${V1}/accounts/sso/callback`]: bySession(creates("admin", "account.add", "account")),
  [`GET ${V1}/accounts/:id`]: unchanged("viewer"),
  [`DELETE ${V1}/accounts/:id`]: changes("admin", "account.remove", "account"),
  [`PATCH ${V1}/accounts/:id`]: changes("admin", "account.change", "account"),
  [`GET ${V1}/accounts/:id/rooms`]: unchanged("viewer"),
  [`DELETE ${V1}/accounts/:id/rooms/:room`]: changes("admin", "account.leave-room"),
  [`GET ${V1}/accounts/:id/invites`]: unchanged("viewer"),
  [`POST ${V1}/accounts/:id/invites/:room/accept`]: changes("admin", "account.accept-invite"),
  [`DELETE ${V1}/accounts/:id/invites/:room`]: changes("admin", "account.reject-invite"),
  [`GET ${V1}/accounts/:id/profile`]: unchanged("viewer"),
  [`PUT ${V1}/accounts/:id/profile`]: changes("admin", "account.rename"),
  [`GET ${V1}/accounts/:id/avatar`]: unchanged("viewer"),
  [`PUT ${V1}/accounts/:id/avatar`]: changes("admin", "account.set-avatar"),
  [`DELETE ${V1}/accounts/:id/avatar`]: changes("admin", "account.remove-avatar"),
  [`GET ${V1}/accounts/:id/encryption`]: unchanged("viewer"),
  [`POST ${V1}/accounts/:id/encryption/set-up`]: changes("admin", "account.set-up-encryption"),
  [`POST ${V1}/accounts/:id/encryption/recover`]: changes("admin", "account.recover-encryption"),
  [`POST ${V1}/accounts/:id/encryption/reset`]: changes("admin", "account.reset-identity"),
  [`POST ${V1}/accounts/:id/encryption/verifications`]: changes("admin", "account.ask-to-verify"),
  [`POST ${V1}/accounts/:id/encryption/verifications/:verification`]: changes("admin", "account.verify"),
  // The host asks whatever address it is given: who may add an account could have it do that anyway.
  [`GET ${V1}/homeserver`]: unchanged("admin"),

  [`GET ${V1}/plugins`]: unchanged("viewer"),
  [`POST ${V1}/plugins`]: creates("deployer", "plugin.install", "plugin"),
  [`GET ${V1}/catalogue`]: unchanged("viewer"),
  [`POST ${V1}/catalogue`]: creates("deployer", "plugin.install", "plugin"),
  [`GET ${V1}/plugins/:id`]: unchanged("viewer"),
  [`PUT ${V1}/plugins/:id/grants`]: changes("deployer", "plugin.grant", "plugin"),
  [`POST ${V1}/plugins/:id/rollback`]: changes("deployer", "plugin.roll-back", "plugin"),
  [`POST ${V1}/plugins/:id/upgrade`]: changes("deployer", "plugin.upgrade", "plugin"),
  [`DELETE ${V1}/plugins/:id/upgrade`]: changes("deployer", "plugin.dismiss-upgrade", "plugin"),
  [`DELETE ${V1}/plugins/:id`]: changes("deployer", "plugin.remove", "plugin"),

  [`GET ${V1}/instances`]: unchanged("viewer"),
  [`POST ${V1}/instances`]: creates("deployer", "instance.create", "instance"),
  [`POST ${V1}/instances/duplicate`]: creates("deployer", "instance.duplicate", "instance"),
  [`POST ${V1}/instances/import`]: creates("deployer", "instance.import", "instance"),
  [`GET ${V1}/instances/:id`]: unchanged("viewer"),
  [`POST ${V1}/instances/:id/export`]: changes("deployer", "instance.export"),
  [`PATCH ${V1}/instances/:id`]: changes("deployer", "instance.change", "instance"),
  [`DELETE ${V1}/instances/:id`]: changes("deployer", "instance.remove", "instance"),
  [`POST ${V1}/instances/:id/start`]: changes("deployer", "instance.start", "instance"),
  [`POST ${V1}/instances/:id/stop`]: changes("deployer", "instance.stop", "instance"),
  [`POST ${V1}/instances/:id/restart`]: changes("deployer", "instance.restart"),
  [`DELETE ${V1}/instances/:id/overflow`]: changes("deployer", "instance.dismiss-overflow"),
  [`GET ${V1}/instances/:id/permissions`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/history`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/logs`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/database`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/database/tables/:table`]: unchanged("viewer"),
  // Who writes needs to be a deployer; the route sees to that, and writes it down.
  [`POST ${V1}/instances/:id/database/query`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/files`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/files/:file`]: unchanged("viewer"),
  [`DELETE ${V1}/instances/:id/files/:file`]: changes("deployer", "file.remove"),
  [`GET ${V1}/instances/:id/deliveries`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/deliveries/:delivery`]: unchanged("viewer"),
  [`GET ${V1}/instances/:id/failed-deliveries`]: unchanged("viewer"),
  [`POST ${V1}/instances/:id/failed-deliveries/:delivery/rerun`]: changes("deployer", "delivery.rerun"),

  // Each event as what it tells of is by itself.
  [`GET ${V1}/events`]: unchanged("viewer"),
  [`GET ${V1}/history`]: unchanged("viewer"),
  [`GET ${V1}/usage`]: unchanged("viewer"),
  [`GET ${V1}/notices`]: unchanged("viewer"),
  // All that there is, and the key to it where that was asked for. Who took it along is written down.
  [`GET ${V1}/backups`]: unchanged("admin"),
  [`POST ${V1}/backups`]: changes("admin", "backup.create"),
  [`GET ${V1}/backups/:name`]: changes("admin", "backup.download"),
  [`DELETE ${V1}/backups/:name`]: changes("admin", "backup.remove"),
  // Paths of the machine are in it.
  [`GET ${V1}/configuration`]: unchanged("admin"),
  [`GET ${V1}/configuration/differences`]: unchanged("admin"),
  [`GET ${V1}/playground`]: unchanged("viewer"),
  [`POST ${V1}/playground/people`]: changes("deployer", "playground.add-person"),
  // Here `Authorization` is for the homeserver. What is said in the playground is no change of Rookery's.
  [`ALL ${V1}/playground/homeserver/*`]: unchanged("deployer", true),
  [`GET ${V1}/openapi.json`]: unchanged("viewer"),
  "GET /api/docs": unchanged("viewer"),
  "GET /api/docs.css": unchanged("viewer"),
  // That there is no such route.
  [`ALL ${V1}/*`]: unchanged("viewer"),
};

/** A route as it was declared. */
export interface DeclaredRoute {
  method: string;
  url: string;
  access: Access;
}

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyInstance {
    /** Every route that the host answers. */
    declaredRoutes: readonly DeclaredRoute[];
  }
}

/**
 * Looks up every route of a server that is added from now on.
 *
 * @throws Error for a route that is not in the table
 */
export function declareAccess(app: FastifyInstance, table = ACCESS): void {
  const declared: DeclaredRoute[] = [];
  app.decorate("declaredRoutes", declared);
  app.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    const [access, ...others] = new Set(methods.map((method) => lookUp(table, method, route.url)));
    if (!access || others.length > 0) {
      const key = `${methods.join(", ")} ${route.url}`;
      throw new Error(`Nobody said who may use the route "${key}". Add it to ACCESS in api/access.ts.`);
    }
    route.config = { ...route.config, access };
    for (const method of methods) declared.push({ method, url: route.url, access });
  });
}

/** Whether a route takes `If-Match`: it changes one thing that is there and has an ETag. */
export function takesIfMatch(url: string, { change }: Access): boolean {
  return url.includes(":") && change !== null && change.of !== null && change.of !== "token";
}

function lookUp(table: typeof ACCESS, method: string, url: string): Access | undefined {
  return table[`${method === "HEAD" ? "GET" : method} ${url}`] ?? table[`ALL ${url}`];
}
