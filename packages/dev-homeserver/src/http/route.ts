import type { IncomingMessage, ServerResponse } from "node:http";
import type { Static, TSchema } from "typebox";
import type { Session } from "../accounts/sessions.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The names of a path's parameters: `/rooms/:roomId/send/:type` has `roomId` and `type`. */
export type PathParameters<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? PathParameters<Head> & PathParameters<Tail>
  : Path extends `:${infer Name}`
    ? { readonly [Key in Name]: string }
    : unknown;

/** What every handler gets. */
export interface Call<Path extends string, Body> {
  readonly params: PathParameters<Path>;
  readonly query: URLSearchParams;
  /** The JSON body, checked against the route's schema. */
  readonly body: Body;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What an endpoint answers with: a JSON object; or undefined if it has written the response itself. */
export type Answer = object | undefined;

/** A route as the router holds it. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly authenticated: boolean;
  /** Undefined for a route that reads its body itself. */
  readonly body: TSchema | undefined;
  /** The largest body in bytes. */
  readonly bodyLimit: number;
  handle(call: Call<string, unknown>, session: Session | undefined): Answer | Promise<Answer>;
}

interface Definition<Path extends string, Body extends TSchema> {
  readonly method: Method;
  /** `v3` also answers as `r0`, its name before Matrix 1.1. */
  readonly path: Path;
  readonly body?: Body;
  /** Default 1 MiB. */
  readonly bodyLimit?: number;
}

const DEFAULTS = { body: undefined, bodyLimit: 1024 * 1024 };

/** An endpoint for those who are logged in. */
export function route<const Path extends string, Body extends TSchema>(
  definition: Definition<Path, Body> & {
    handle(call: Call<Path, Static<Body>>, session: Session): Answer | Promise<Answer>;
  },
): Route {
  // The router hands over what the path names and the body's schema describes; types cannot follow it there.
  return { ...DEFAULTS, authenticated: true, ...definition } as unknown as Route;
}

/** An endpoint for everybody. */
export function openRoute<const Path extends string, Body extends TSchema>(
  definition: Definition<Path, Body> & {
    handle(call: Call<Path, Static<Body>>): Answer | Promise<Answer>;
  },
): Route {
  return { ...DEFAULTS, authenticated: false, ...definition } as unknown as Route;
}
