import type { FastifyInstance } from "fastify";
import { type ApiDescription, docsPage } from "../docs-page.ts";
import { DOCS_STYLE } from "../docs-style.ts";

/** The API's description for people, beside the one for programs. */
export function docsRoutes(app: FastifyInstance): void {
  const schema = { hide: true };
  app.get("/api/docs", { schema }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(docsPage(app.swagger() as unknown as ApiDescription)),
  );
  app.get("/api/docs.css", { schema }, async (_request, reply) => reply.type("text/css").send(DOCS_STYLE));
}
