import { MatrixError } from "../errors.ts";
import { newOpaqueId } from "../ids.ts";
import { isObject, stringIn } from "../json.ts";

/** How people may register: freely, or with one of these registration tokens. */
export type Registration = "open" | { readonly tokens: readonly string[] };

/** User-interactive authentication of registrations. */
export interface InteractiveAuth {
  /**
   * Takes one stage. Returns when all stages are done.
   * @throws MatrixError 401 with the flows, the stages done and the session, until then
   */
  check(auth: unknown): void;
  isToken(token: string): boolean;
}

const MAX_SESSIONS = 1000;

/**
 * Source: client-server API, "User-interactive authentication". Like Synapse, a registration token is
 * followed by `m.login.dummy` in the same session: the answer to the first stage is again a 401.
 */
export function createInteractiveAuth(registration: Registration): InteractiveAuth {
  const tokens = registration === "open" ? undefined : new Set(registration.tokens);
  const stages = tokens ? ["m.login.registration_token", "m.login.dummy"] : ["m.login.dummy"];
  const sessions = new Map<string, Set<string>>();

  function newSession(): string {
    const session = newOpaqueId();
    const oldest = sessions.keys().next().value;
    if (sessions.size >= MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    sessions.set(session, new Set());
    return session;
  }

  function unfinished(session: string, problem?: { errcode: string; error: string }): MatrixError {
    const body = { flows: [{ stages }], params: {}, session, completed: [...(sessions.get(session) ?? [])] };
    return new UnfinishedAuth(body, problem);
  }

  return {
    isToken: (token) => tokens?.has(token) ?? false,
    check(auth) {
      if (!isObject(auth)) throw unfinished(newSession());
      const named = stringIn(auth, "session");
      const session = named !== undefined && sessions.has(named) ? named : newSession();
      const done = sessions.get(session) ?? new Set();
      const type = stringIn(auth, "type");
      if (type === "m.login.registration_token" && tokens) {
        if (!tokens.has(stringIn(auth, "token") ?? ""))
          throw unfinished(session, { errcode: "M_UNAUTHORIZED", error: "Invalid registration token" });
        done.add(type);
      } else if (type === "m.login.dummy") {
        done.add(type);
      } else if (type !== undefined) {
        throw unfinished(session, { errcode: "M_UNRECOGNIZED", error: `There is no stage ${type} here` });
      }
      if (!stages.every((stage) => done.has(stage))) throw unfinished(session);
      sessions.delete(session);
    },
  };
}

/** The 401 of an unfinished authentication: no `errcode` unless a stage failed. */
class UnfinishedAuth extends MatrixError {
  readonly #problem: { errcode: string; error: string } | undefined;

  constructor(details: Record<string, unknown>, problem: { errcode: string; error: string } | undefined) {
    super(401, problem?.errcode ?? "", problem?.error ?? "Further authentication is needed", details);
    this.#problem = problem;
  }

  override body(): Record<string, unknown> {
    return { ...this.#problem, ...this.details };
  }
}
