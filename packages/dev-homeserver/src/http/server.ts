import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Appservices } from "../accounts/appservices.ts";
import type { Session, Sessions } from "../accounts/sessions.ts";
import { MatrixError, missingToken, unknownToken, unrecognized, wrongMethod } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { accessTokenOf } from "./access-token.ts";
import { createBodyParser, readText } from "./body.ts";
import type { Route } from "./route.ts";
import { createRouter } from "./router.ts";

/** Source: client-server API, "Web browser clients". */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "X-Requested-With, Content-Type, Authorization",
};

/** As the flat list that node:http takes without looking at each. */
const JSON_HEADERS = [...Object.entries(CORS).flat(), "Content-Type", "application/json"];

export interface HttpParts {
  readonly routes: readonly Route[];
  readonly sessions: Sessions;
  readonly appservices: Appservices;
  readonly database: Database;
  /** Told what went wrong inside, so that no failure is silent. */
  readonly onFailure: (error: unknown, request: string) => void;
}

/**
 * The HTTP side: finds the route, checks token and body, runs the handler, answers JSON. No answer is
 * sent before all that was written so far is committed, so nothing seen outside can be lost by a crash.
 */
export function createHttpServer({ routes, sessions, appservices, database, onFailure }: HttpParts): Server {
  const router = createRouter(routes);
  const parseBody = createBodyParser();

  function sessionOf(request: IncomingMessage, query: URLSearchParams): Session {
    const token = accessTokenOf(request, query);
    if (!token) throw missingToken("This needs an access token");
    const [user, device] = [query.get("user_id"), query.get("device_id")];
    const session = appservices.session(token, user, device) ?? sessions.find(token);
    if (!session) throw unknownToken("The access token is not known, or not any more");
    return session;
  }

  async function run(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const match = router(request.method ?? "GET", path);
    if (match === "no such path") throw unrecognized(`There is no endpoint ${path}`);
    if (match === "no such method") throw wrongMethod(`${path} does not take ${request.method}`);
    const { route, params } = match;
    const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
    const session = route.authenticated ? sessionOf(request, query) : undefined;
    const body = route.body && parseBody(await readText(request, route.bodyLimit), route.body);
    const answer = await route.handle({ params, query, body, request, response }, session);
    if (answer !== undefined) send(request, response, 200, answer);
  }

  function send(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
    const text = JSON.stringify(answer);
    // A server that ends keeps no connection for a next request.
    response.shouldKeepAlive &&= server.listening;
    database.afterCommit((failure) => {
      if (failure) {
        onFailure(failure, `${request.method} ${request.url}`);
        write(response, 500, '{"errcode":"M_UNKNOWN","error":"The server cannot write to its disk"}');
      } else {
        write(response, status, text);
      }
    });
  }

  function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (!(error instanceof MatrixError)) onFailure(error, `${request.method} ${request.url}`);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const known =
      error instanceof MatrixError ? error : new MatrixError(500, "M_UNKNOWN", "Internal server error");
    const retryAfter = known.details.retry_after_ms;
    if (typeof retryAfter === "number") response.setHeader("Retry-After", Math.ceil(retryAfter / 1000));
    send(request, response, known.status, known.body());
  }

  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, response) => {
    if (request.method === "OPTIONS") {
      response.writeHead(204, CORS).end();
      return;
    }
    run(request, response, request.url ?? "/").catch((error: unknown) => fail(request, response, error));
  });
  return server;
}

function write(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, [...JSON_HEADERS, "Content-Length", `${Buffer.byteLength(text)}`]);
  response.end(text);
}
