import * as contract from "@rookery/host/api";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OPERATOR, type Rookery, startRookery } from "../rookery/rookery.ts";
import { mutateValue } from "./mutate-value.ts";
import { createRandom, type Random } from "./random.ts";
import { FUZZ_TIMEOUT_MS, INPUTS, SEED } from "./run.ts";

/** A body that is taken, for every operation that takes one in JSON. */
const BODIES: Record<string, unknown> = {
  signIn: OPERATOR,
  signInOnce: { token: "x".repeat(43) },
  setPassword: { ...OPERATOR, currentPassword: OPERATOR.password },
  createToken: { name: "script", role: "viewer", days: 7 },
  addUser: { name: "ada", role: "deployer" },
  changeUser: { role: "viewer" },
  // Nobody listens there.
  addAccount: { homeserverUrl: "http://127.0.0.1:9", username: "bot", password: "secret" },
  beginSingleSignOn: { homeserverUrl: "http://127.0.0.1:9", identityProvider: "oidc-example" },
  finishSingleSignOn: { state: "x".repeat(43), loginToken: "none" },
  changeAccount: { autojoin: { policy: "allow-list", allow: ["*.example.org"] }, prefix: "!" },
  setProfile: { displayName: "Rook" },
  setUpEncryption: { password: "secret" },
  recoverEncryption: { recoveryKey: "EsTc 1234" },
  resetEncryption: { userId: "@bot:example.org", password: "secret" },
  requestVerification: { with: { userId: "@ada:example.org", roomId: "!room:example.org" } },
  stepVerification: { step: "accept" },
  // There is none of that name.
  installOfferedPlugin: { id: "org.example.none" },
  addPerson: { name: "grace" },
  grantPermissions: { network: ["api.example.org"], refused: { programs: ["yt-dlp"] } },
  acceptUpgrade: { sha256: "0".repeat(64) },
  queryDatabase: { sql: "SELECT 1", params: [1, "a", null, { base64: "AA==" }] },
  duplicateInstance: { from: "hello", id: "copy", data: true },
  exportInstance: { passphrase: "a long passphrase" },
  createInstance: { id: "other", pluginId: "rookery.hello", accountId: "none", config: { greeting: "Hi" } },
  createBackup: { withKey: true, recipients: [] },
  changeInstance: { config: { greeting: "Hello" }, rooms: null, catchUpSeconds: 60 },
};
const JUNK = ["absent", "..", "%2e%2e", "%00", "a%2Fb", "__proto__", "9".repeat(400), "%F0%9F%A6%86", "-1"];

/** Nothing, and what is none or not known of the headers and queries that some routes take. */
const HEADERS: Record<string, string>[] = [
  ...[
    {},
    {},
    {},
    { "if-match": '"AAAAAAAAAAAAAAAAAAAAAA"' },
    { "if-match": 'W/"x", *' },
    { "if-match": "*" },
  ],
  ...[{ "idempotency-key": "one-key-for-all-of-it" }, { "idempotency-key": "short" }],
  ...[{ "last-event-id": "0123456789abcdef-1" }, { "last-event-id": "9".repeat(400) }],
];
const QUERIES = ["", "", "?limit=3", "?limit=-1", "?cursor=bG9nIDE", "?cursor=%00", "?instance=..", "?x[]=1"];

interface Operation {
  method: string;
  path: string;
  id: string;
  body: "json" | "bytes" | null;
  schema: string;
}

let rookery: Rookery;
let operations: Operation[];

beforeAll(async () => {
  rookery = await startRookery({ args: ["--playground"] });
  const { paths } = await rookery.api<{ paths: Record<string, Record<string, Described>> }>(
    "GET",
    "/openapi.json",
  );
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, requestBody }]) => {
      const content = requestBody?.content ?? {};
      const body = "application/json" in content ? "json" : requestBody ? "bytes" : null;
      const schema = String(content["application/json"]?.schema.$ref).replace("#/components/schemas/", "");
      return { method: method.toUpperCase(), path, id, body, schema };
    }),
  );
});

afterAll(() => rookery?.dispose());

interface Described {
  operationId: string;
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
}

it("whatever is sent to a route, it is answered or refused, and a body that is not of its form is told where", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const taking = operations.filter(({ body }) => body === "json");
  expect(taking.map(({ id }) => id).toSorted()).toEqual(Object.keys(BODIES).toSorted());
  for (const { id, schema } of taking) expect([id, fits(schema, BODIES[id])]).toEqual([id, true]);
  // Who signs out sees no more of the rest.
  const tried = operations.filter(({ id }) => !["signOut", "endOtherSessions"].includes(id));
  const random = createRandom(SEED);
  const seen: Record<number, number> = {};
  const begin = performance.now();
  const total = Math.ceil(INPUTS * 0.01);
  for (let done = 0; done < total; done++) {
    const operation = tried[done % tried.length] as Operation;
    const status = await attempt(operation, random).catch((cause: Error) => {
      const what = `Request ${done} of ROOKERY_FUZZ_SEED=${SEED}, ${operation.id}: ${cause.message}`;
      throw new Error(what, { cause });
    });
    seen[status] = (seen[status] ?? 0) + 1;
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${total} requests in ${seconds} s, seed ${SEED}; answers: ${JSON.stringify(seen)}`);
  expect(await rookery.api("GET", "/session")).toMatchObject({ user: { role: "admin" } });
});

/** Whether a value is of the form that the contract says. */
const fits = (schema: string, value: unknown) =>
  Compile((contract as never as Record<string, TSchema>)[schema] as TSchema).Check(value);

async function attempt({ method, path, id, body, schema }: Operation, random: Random): Promise<number> {
  const own = path.includes("/instances/") ? "hello" : "rookery.hello";
  const target = path
    .replace("/api/v1", "")
    .replaceAll(/\{\w+\}/g, () => (random.int(3) === 0 ? own : random.pick(JUNK)));
  const value = random.int(4) === 0 ? BODIES[id] : mutateValue(BODIES[id] ?? null, random);
  const text = body === "bytes" ? "PK\u0003\u0004".repeat(random.int(20)) : JSON.stringify(value);
  const answer = await fetch(
    `${rookery.url}${path.startsWith("/api/v1") ? "/api/v1" : ""}${target}${random.pick(QUERIES)}`,
    {
      method,
      headers: {
        cookie: rookery.cookie,
        ...random.pick(HEADERS),
        ...(body === null
          ? {}
          : { "content-type": body === "json" ? "application/json" : "application/octet-stream" }),
      },
      ...(body === null || text === undefined ? {} : { body: text }),
    },
  );
  if (answer.headers.get("content-type") === "text/event-stream") {
    // It has no end.
    await answer.body?.cancel();
    return answer.status;
  }
  const said = await answer.text();
  const told = `${method} ${target} ${text?.slice(0, 500)}\n${answer.status} ${said.slice(0, 500)}`;
  if (answer.status === 500) throw new Error(`It failed: ${told}`);
  if (!answer.ok) {
    const problem = JSON.parse(said) as contract.Problem;
    if (!Compile(contract.Problem).Check(problem)) throw new Error(`The refusal is not of its form: ${told}`);
    const isForm = body === "json" && answer.status === 400 && text !== undefined;
    if (isForm && problem.fields === undefined && !fits(schema, JSON.parse(text)))
      throw new Error(`It does not say where: ${told}`);
  } else if (body === "json" && !fits(schema, JSON.parse(text ?? "null"))) {
    throw new Error(`It took what is not of its form: ${told}`);
  }
  return answer.status;
}
