import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { helloBundle, startTestHost } from "../testing/host.ts";

const PLUGIN = "org.rookery.hello";

/** A host with one of everything that has an ETag, and the paths of those. */
async function setUp() {
  const operator = await startTestHost();
  await operator.signIn();
  const { call } = operator;
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  await call("POST", "/plugins", { type: "application/octet-stream", bytes: readFileSync(helloBundle()) });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  const instance = { id: "one", pluginId: PLUGIN, accountId: account.id, config: { greeting: "Hi" } };
  await call("POST", "/instances", { body: instance });
  await call("POST", "/users", { body: { name: "bob", role: "viewer" } });
  const paths = ["/instances/one", `/plugins/${PLUGIN}`, `/accounts/${account.id}`, "/users/bob"];
  const known = (etag: string) => ({ "if-match": etag });
  const etagOf = async (path: string) => String((await call("GET", path)).headers.etag);
  return { ...operator, accountId: String(account.id), paths, known, etagOf };
}

test("one thing has a strong ETag, in its header, its body and the list of all", async () => {
  const { call, paths } = await setUp();
  for (const path of paths) {
    const { headers, body } = await call("GET", path);
    expect(headers, path).toMatchObject({
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      "cache-control": "no-store",
    });
    expect(body.etag).toBe(headers.etag);
    const list = await call("GET", `/${path.split("/")[1]}`);
    expect(list.body.map(({ etag }: { etag: string }) => etag)).toContain(headers.etag);
    expect(list.headers.etag).toBeUndefined();
  }
});

test("who changes what was changed meanwhile is told so, and nothing is done", async () => {
  const { call, known, etagOf } = await setUp();
  const read = await etagOf("/instances/one");
  const theirs = await call("PATCH", "/instances/one", { body: { config: { greeting: "Theirs" } } });
  const mine = { body: { config: { greeting: "Mine" } }, headers: known(read) };
  expect(await call("PATCH", "/instances/one", mine)).toMatchObject({
    status: 412,
    body: { code: "CHANGED_MEANWHILE", detail: expect.stringContaining("read it anew") },
  });
  expect(await call("DELETE", "/instances/one", { headers: known(read) })).toMatchObject({ status: 412 });
  const { body } = await call("GET", "/instances/one");
  expect(body).toMatchObject({ config: { greeting: "Theirs" }, enabled: true });

  // With what the change itself answered, the next one is known.
  expect(theirs.headers.etag).toBe(body.etag);
  const again = { ...mine, headers: known(`"other", ${body.etag}`) };
  expect(await call("PATCH", "/instances/one", again)).toMatchObject({
    status: 200,
    body: { config: { greeting: "Mine" } },
  });
});

test("all that can be changed of an instance changes its ETag, and nothing else does", async () => {
  const { call, etagOf } = await setUp();
  const seen = [await etagOf("/instances/one")];
  await call("POST", "/instances/one/restart");
  expect(await etagOf("/instances/one")).toBe(seen[0]);
  const changes = [
    { config: { greeting: "Ho" } },
    { enabled: false },
    { catchUpSeconds: 5 },
    { withheld: { network: ["example.org"] } },
    { rooms: ["!a:test"] },
  ];
  for (const body of changes) {
    await call("PATCH", "/instances/one", { body });
    seen.push(await etagOf("/instances/one"));
  }
  expect(new Set(seen).size).toBe(changes.length + 1);
  await call("PATCH", "/instances/one", { body: { rooms: ["!a:test"] } });
  expect(await etagOf("/instances/one")).toBe(seen.at(-1));
});

test("every operation that says it takes If-Match refuses what is known no more", async () => {
  const { call, accountId, known } = await setUp();
  const { body: description } = await call("GET", "/openapi.json");
  const bodies: Record<string, unknown> = {
    changeUser: { role: "deployer" },
    grantPermissions: {},
    acceptUpgrade: { sha256: "0".repeat(64) },
    changeInstance: { enabled: false },
    changeAccount: { enabled: true },
  };
  const ids: string[] = [];
  for (const [path, methods] of Object.entries(description.paths as Record<string, object>)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId, parameters = [] } = operation;
      if (!parameters.some(({ name }: { name: string }) => name === "If-Match")) continue;
      ids.push(operationId);
      const id = path.includes("/plugins/") ? PLUGIN : path.includes("/accounts/") ? accountId : "one";
      const target = path.replace("/api/v1", "").replace("{id}", id).replace("{name}", "bob");
      const body = bodies[operationId];
      const more = { headers: known('"stale"'), ...(body === undefined ? {} : { body }) };
      const { status, body: problem } = await call(method.toUpperCase(), target, more);
      expect([operationId, status, problem?.code]).toEqual([operationId, 412, "CHANGED_MEANWHILE"]);
    }
  }
  expect(ids.toSorted()).toEqual([
    ...[
      "acceptUpgrade",
      "changeAccount",
      "changeInstance",
      "changeUser",
      "dismissUpgrade",
      "grantPermissions",
    ],
    ...["removeAccount", "removeInstance", "removePlugin", "removeUser", "rollBackPlugin"],
    ...["startInstance", "stopInstance"],
  ]);
});

test("of two who change the same at the same time, one is told", async () => {
  const { call, paths, known, etagOf } = await setUp();
  const path = paths[1] ?? "";
  const headers = known(await etagOf(path));
  const refusals = [{ network: ["one.example"] }, { network: ["two.example"] }];
  const answers = await Promise.all(
    refusals.map((refused) => call("PUT", `${path}/grants`, { headers, body: { refused } })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
});

test("a weak tag fits nothing, * fits all, and what is no tag is refused as such", async () => {
  const { call, known, etagOf } = await setUp();
  const etag = await etagOf("/users/bob");
  const change = (given: string) =>
    call("PATCH", "/users/bob", { body: { role: "viewer" }, headers: known(given) });
  expect(await change(`W/${etag}`)).toMatchObject({ status: 412 });
  expect(await change("*")).toMatchObject({ status: 200 });
  expect(await change(etag)).toMatchObject({ status: 200 });
  expect(await change(etag.replaceAll('"', ""))).toMatchObject({
    status: 400,
    body: { code: "BAD_REQUEST" },
  });
});
