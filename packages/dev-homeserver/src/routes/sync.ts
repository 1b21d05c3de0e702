import type { Session } from "../accounts/sessions.ts";
import { forbidden, notFound } from "../errors.ts";
import { type Call, type Route, route } from "../http/route.ts";
import type { Services } from "../services.ts";
import { Filter, parseFilter } from "../sync/filter.ts";
import type { SyncResult } from "../sync/sync.ts";
import { readToken } from "../sync/token.ts";

type Parts = Pick<Services, "sync" | "onSync" | "waiters" | "filters" | "toDevice">;

const MAX_WAIT = 120_000;

/** `/sync` with its long polling, and its filters. */
export function syncRoutes({ sync, onSync, waiters, filters, toDevice }: Parts): Route[] {
  function filterFor(userId: string, given: string | null): Filter {
    if (given === null) return {};
    if (given.startsWith("{")) return parseFilter(given);
    const stored = filters.get(userId, given);
    if (!stored) throw notFound(`You have no filter ${given}`);
    return stored;
  }

  return [
    route({
      method: "GET",
      path: "/_matrix/client/v3/sync",
      handle(call, session) {
        const { query } = call;
        const token = query.get("since");
        const since = token === null ? undefined : readToken(token);
        if (since !== undefined) toDevice.acknowledge(session.deviceKey, since);
        const fullState = query.get("full_state") === "true";
        const filter = filterFor(session.userId, query.get("filter"));
        const compute = () => sync({ session, since, filter, fullState });
        onSync(session.userId);
        const now = compute();
        const timeout = Math.min(Number(query.get("timeout") ?? 0) || 0, MAX_WAIT);
        if (!now.isEmpty || since === undefined || fullState || timeout <= 0) return now.body;
        return later(call, session, timeout, compute);
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/user/:userId/filter",
      body: Filter,
      handle({ params, body }, { userId }) {
        if (params.userId !== userId) throw forbidden("One can only store filters of one's own");
        return { filter_id: filters.add(userId, body) };
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/user/:userId/filter/:filterId",
      handle({ params }, { userId }) {
        if (params.userId !== userId) throw forbidden("One can only read filters of one's own");
        const filter = filters.get(userId, params.filterId);
        if (!filter) throw notFound(`You have no filter ${params.filterId}`);
        return filter;
      },
    }),
  ];

  /** The first result with something in it, or an empty one after `timeout` milliseconds. */
  function later(
    { response }: Pick<Call<string, unknown>, "response">,
    { userId }: Session,
    timeout: number,
    compute: () => SyncResult,
  ): Promise<object> {
    const { promise, resolve, reject } = Promise.withResolvers<object>();
    const timer = setTimeout(finish, timeout);
    const stopWaiting = waiters.wait(userId, { onWake: attempt, onEnd: finish });
    response.once("close", stop);

    function stop(): void {
      clearTimeout(timer);
      stopWaiting();
      response.off("close", stop);
    }
    function finish(result?: SyncResult): void {
      stop();
      try {
        resolve((result ?? compute()).body);
      } catch (error) {
        reject(error);
      }
    }
    function attempt(): void {
      try {
        const result = compute();
        if (!result.isEmpty) finish(result);
      } catch (error) {
        stop();
        reject(error);
      }
    }
    return promise;
  }
}
