import type { FastifyInstance } from "fastify";
import { type Dispatcher, request as send } from "undici";
import { AppError } from "../../errors.ts";
import type { PlaygroundService } from "../../services/playground.ts";
import { NewPerson, Playground } from "../contract.ts";

const BASE = "/playground/homeserver";
const MAX_UPLOAD = 100 * 1024 * 1024;
/** What a browser may do with something that came from the homeserver: nothing but show it. */
const SANDBOX = "sandbox; default-src 'none'";

/** The playground's entry, and the way through to its homeserver for those who are signed in. */
export function playgroundRoutes(
  app: FastifyInstance,
  prefix: string,
  playground: PlaygroundService | null,
): void {
  app.get("/playground", { schema: { response: { 200: Playground } } }, async ({ asker }) =>
    playground === null || asker?.role === "viewer"
      ? null
      : { basePath: prefix + BASE, ...playground.entry() },
  );
  app.post<{ Body: NewPerson }>(
    "/playground/people",
    { schema: { body: NewPerson, response: { 200: Playground } } },
    async ({ body }) => {
      if (playground === null) throw new AppError("NOT_FOUND", "The playground is switched off.");
      return { basePath: prefix + BASE, ...(await playground.addPerson(body.name)) };
    },
  );
  if (playground === null) return;

  app.register(async (through) => {
    through.removeAllContentTypeParsers();
    through.addContentTypeParser("*", { bodyLimit: MAX_UPLOAD }, (_request, payload, done) =>
      done(null, payload),
    );

    through.all<{ Params: { "*": string }; Body: NodeJS.ReadableStream | undefined }>(
      `${BASE}/*`,
      { schema: { hide: true } },
      async (request, reply) => {
        const { authorization, "content-type": type, "content-length": length } = request.headers;
        const closed = new AbortController();
        reply.raw.once("close", () => closed.abort());
        const target = `${playground.homeserverUrl}/${request.url.slice((prefix + BASE).length + 1)}`;
        let answer: Dispatcher.ResponseData;
        try {
          answer = await send(target, {
            method: request.method as Dispatcher.HttpMethod,
            headers: {
              ...(authorization === undefined ? {} : { authorization }),
              ...(type === undefined ? {} : { "content-type": type }),
              ...(length === undefined ? {} : { "content-length": length }),
            },
            body: (request.body as Dispatcher.RequestOptions["body"]) ?? null,
            signal: closed.signal,
            headersTimeout: 0,
            bodyTimeout: 0,
          });
        } catch (cause) {
          // The browser has gone: there is nobody to answer.
          if (closed.signal.aborted) return reply.hijack();
          const text = "The playground's homeserver does not answer. Restart Rookery.";
          throw new AppError("HOMESERVER_UNREACHABLE", text, { cause });
        }
        const kept = ["content-type", "content-length", "content-disposition", "retry-after"];
        for (const name of kept) {
          const value = answer.headers[name];
          if (value !== undefined) reply.header(name, value);
        }
        return reply.code(answer.statusCode).header("content-security-policy", SANDBOX).send(answer.body);
      },
    );
  });
}
