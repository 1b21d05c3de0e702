import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { AppError } from "../errors.ts";
import type { Deed } from "../services/audit.ts";
import { declareAccess } from "./access.ts";
import { keepAuditTrail } from "./audit-trail.ts";
import { sendProblem } from "./problem.ts";

/** A server with one route, which does `change` to one thing that the audit log has pictures of. */
function setUp(change: (thing: Record<string, unknown>) => void, record?: () => void) {
  const lines: string[] = [];
  const app = Fastify({ logger: { stream: { write: (line: string) => void lines.push(line) } } });
  onTestFinished(() => app.close());
  const thing: Record<string, unknown> = { enabled: true, config: { a: 1 } };
  const deeds: Deed[] = [];
  declareAccess(app, {
    "PATCH /things/:id": {
      ...{ role: "viewer", sessionOnly: false, change: { action: "thing.change", of: "instance" } },
    },
  });
  app.decorateRequest("asker", null);
  app.setErrorHandler(sendProblem);
  app.addHook("onRequest", async (request) => {
    request.asker = { userName: "ada", sessionId: "1", token: null, role: "admin" };
  });
  const write = (deed: Deed) => {
    record?.();
    deeds.push(deed);
  };
  keepAuditTrail(
    app,
    { record: write, page: () => [] },
    { of: (_, id) => (id === "one" ? structuredClone(thing) : null), all: () => new Map() },
  );
  app.patch("/things/:id", async () => {
    change(thing);
    return { done: true };
  });
  return { deeds, lines, patch: () => app.inject({ method: "PATCH", url: "/things/one" }) };
}

test("only what differs is written down", async () => {
  const { deeds, patch } = setUp((thing) => {
    thing.enabled = false;
  });
  await patch();
  expect(deeds).toEqual([
    {
      action: "thing.change",
      target: "one",
      before: { enabled: true },
      after: { enabled: false },
      error: null,
    },
  ]);
});

test("what was refused is no change; what failed half-way is one, with why it failed", async () => {
  const refused = setUp(() => {
    throw new AppError("CONFLICT", "No.");
  });
  expect((await refused.patch()).statusCode).toBe(409);
  expect(refused.deeds).toEqual([]);

  const failed = setUp((thing) => {
    thing.config = { a: 2 };
    throw new AppError("PLUGIN_START_FAILED", "No.");
  });
  await failed.patch();
  expect(failed.deeds).toMatchObject([
    { before: { config: { a: 1 } }, after: { config: { a: 2 } }, error: "PLUGIN_START_FAILED" },
  ]);
});

test("what is very long is left out, and said to be", async () => {
  const { deeds, patch } = setUp((thing) => {
    thing.config = { a: "x".repeat(20_000) };
  });
  await patch();
  expect(deeds).toMatchObject([
    { before: { config: { a: 1 } }, after: { config: expect.stringMatching(/^\(2\d{4} char/) } },
  ]);
});

test("where it cannot be written, the answer still says what was done, and the host's log has it", async () => {
  const { lines, patch } = setUp(
    () => {},
    () => {
      throw new Error("The disk is full.");
    },
  );
  const answer = await patch();
  expect([answer.statusCode, answer.json()]).toEqual([200, { done: true }]);
  const told = lines.find((line) => line.includes("could not be written to the audit log"));
  for (const part of ["The disk is full.", "ada", "/things/one"]) expect(told).toContain(part);
});
