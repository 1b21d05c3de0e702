import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { ERRORS } from "../errors.ts";
import { startTestHost } from "../testing/host.ts";
import { OPERATIONS } from "./operations.ts";

async function openDescription() {
  const { host, call, send, signIn } = await startTestHost();
  const cookie = String((await signIn()).headers["set-cookie"]).split(";")[0] ?? "";
  const { body, text } = await call("GET", "/openapi.json");
  const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return { host, body, text, described, read: (path: string) => send("GET", path, { headers: { cookie } }) };
}

test("the API's description is valid OpenAPI, by the rules of a linter", async () => {
  const { text } = await openDescription();
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: text, config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
    [],
  );
});

test("every route of the API is in its description, and nothing else", async () => {
  const { host, described } = await openDescription();
  const hidden = ["GET /api/v1/openapi.json", "GET /api/docs", "GET /api/docs.css"];
  const routes = host.routes
    .filter(({ method, url }) => /^(GET|POST|PUT|PATCH|DELETE)$/.test(method) && !url.endsWith("*"))
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(described.toSorted()).toEqual(routes.filter((route) => !hidden.includes(route)).toSorted());
  const named = Object.keys(OPERATIONS);
  expect(named.toSorted()).toEqual(described.map((route) => route.replace(" /api/v1", " ")).toSorted());
});

test("each says what it is for, who may use it, and what a refusal looks like", async () => {
  const { body } = await openDescription();
  const { patch, get, delete: remove } = body.paths["/api/v1/instances/{id}"];
  expect(patch).toMatchObject({
    operationId: "changeInstance",
    tags: ["instances"],
    description: "Needs the role deployer.",
    security: [{ token: [] }, { session: [] }],
    requestBody: {
      content: { "application/json": { schema: { $ref: "#/components/schemas/InstanceChange" } } },
    },
  });
  expect(get.responses["200"].content["application/json"].schema).toEqual({
    $ref: "#/components/schemas/Instance",
  });
  expect(Object.keys(remove.responses)).toEqual(["204", "412", "4XX"]);
  const refusal = get.responses["4XX"].content["application/problem+json"].schema;
  expect(refusal).toEqual({ $ref: "#/components/schemas/Problem" });
  for (const code of Object.keys(ERRORS)) expect(body.info.description).toContain(`\`${code}\``);
});

test("headers are in it where they are taken and given", async () => {
  const { body } = await openDescription();
  const having: Record<string, string[]> = {};
  const add = (name: string, operation: { operationId: string }) => {
    having[name] = [...(having[name] ?? []), operation.operationId];
  };
  for (const operation of Object.values(body.paths as Record<string, object>).flatMap(Object.values)) {
    for (const { in: place, name } of operation.parameters ?? [])
      if (place === "header") add(name, operation);
    for (const { headers = {} } of Object.values<{ headers?: object }>(operation.responses)) {
      for (const name of Object.keys(headers)) if (name !== "ETag") add(name, operation);
    }
  }
  const creations = [
    "createToken",
    "addUser",
    "addAccount",
    "finishSingleSignOn",
    "installPlugin",
    "installOfferedPlugin",
    "createInstance",
    "duplicateInstance",
    "importInstance",
  ];
  expect(having["Idempotency-Key"]?.toSorted()).toEqual(creations.toSorted());
  expect(new Set(having["Idempotency-Replayed"])).toEqual(new Set(creations));
  expect(having.Link?.toSorted()).toEqual([
    ...["getAuditLog", "getLogs", "listDeliveries", "listFailedDeliveries", "queryDatabase", "readTable"],
  ]);
  expect(having["last-event-id"]).toEqual(["followEvents"]);
  const one = body.paths["/api/v1/instances/{id}"];
  expect(one.get.responses["200"].headers.ETag.schema).toEqual({ type: "string" });
  expect(one.patch.responses["412"].content["application/problem+json"].schema).toEqual({
    $ref: "#/components/schemas/Problem",
  });
});

test("people read the same on a page of the host's own, which runs no script", async () => {
  const { described, read } = await openDescription();
  const { status, text, headers } = await read("/api/docs");
  expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(text).not.toMatch(/<script|style=|https?:/);
  for (const route of described) expect(text).toContain(`<b>${route.replace(" ", "</b> ")}</code>`);
  const anchors = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => `id="${id}"`);
  expect(anchors.filter((id) => !text.includes(id))).toEqual([]);
  expect((await read("/api/docs.css")).headers["content-type"]).toMatch(/^text\/css/);
});
