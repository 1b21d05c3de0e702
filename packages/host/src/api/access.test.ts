import Fastify from "fastify";
import { expect, test } from "vitest";
import { ACCESS, declareAccess } from "./access.ts";

test("a route that is not in the table is refused when the host starts", () => {
  const app = Fastify();
  declareAccess(app);
  app.get("/healthz", async () => null);
  expect(() => app.get("/api/v1/new", async () => null)).toThrow('"GET /api/v1/new"');
  expect(() => app.post("/healthz", async () => null)).toThrow('"POST /healthz"');
  expect(app.declaredRoutes.map(({ method, url }) => `${method} ${url}`)).toEqual([
    ...["GET /healthz", "HEAD /healthz"],
  ]);
});

test("whatever is no mere look at things is in the audit log, or says where else it is", () => {
  const silent = Object.keys(ACCESS).filter((route) => !route.startsWith("GET ") && !ACCESS[route]?.change);
  expect(silent).toEqual([
    // The service writes these down, with what failed.
    ...["POST /api/v1/session", "POST /api/v1/session/one-time", "PUT /api/v1/session/password"],
    // What comes of it is.
    "POST /api/v1/accounts/sso",
    // Only what writes is, by the route itself.
    "POST /api/v1/instances/:id/database/query",
    // What is said in the playground, and what is no route at all.
    ...["ALL /api/v1/playground/homeserver/*", "ALL /api/v1/*"],
  ]);
});
