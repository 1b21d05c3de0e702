import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { actAs, register, request, startTestHomeserver, temporaryDirectory } from "../testing/homeserver.ts";

const REGISTER = "/_matrix/client/v3/register";
const LOGIN = "/_matrix/client/v3/login";

test("open registration wants m.login.dummy, then logs in", async () => {
  const { url } = await startTestHomeserver();
  const first = await request(url, "POST", REGISTER, { username: "alice", password: "secret" });
  expect(first.status).toBe(401);
  expect(first.body.flows).toEqual([{ stages: ["m.login.dummy"] }]);
  const auth = { type: "m.login.dummy", session: first.body.session };
  const second = await request(url, "POST", REGISTER, { username: "alice", password: "secret", auth });
  expect(second.body).toMatchObject({
    user_id: "@alice:dev.localhost",
    access_token: expect.any(String),
    device_id: expect.any(String),
  });
});

test("a registration token is one stage, and m.login.dummy in the same session the second", async () => {
  const { url } = await startTestHomeserver({ registration: { tokens: ["let-me-in"] } });
  const account = { username: "alice", password: "secret" };
  const { session } = (await request(url, "POST", REGISTER, account)).body;
  const type = "m.login.registration_token";
  const wrong = await request(url, "POST", REGISTER, { ...account, auth: { type, token: "no", session } });
  expect([wrong.status, wrong.body.errcode]).toEqual([401, "M_UNAUTHORIZED"]);
  const right = await request(url, "POST", REGISTER, {
    ...account,
    auth: { type, token: "let-me-in", session },
  });
  expect([right.status, right.body.errcode, right.body.completed]).toEqual([401, undefined, [type]]);
  const alone = await request(url, "POST", REGISTER, { ...account, auth: { type: "m.login.dummy" } });
  expect(alone.status).toBe(401);
  const done = await request(url, "POST", REGISTER, { ...account, auth: { type: "m.login.dummy", session } });
  expect(done.body.user_id).toBe("@alice:dev.localhost");
  const validity = `/_matrix/client/v1/register/${type}/validity`;
  expect((await request(url, "GET", `${validity}?token=let-me-in`)).body.valid).toBe(true);
  expect((await request(url, "GET", `${validity}?token=no`)).body.valid).toBe(false);
});

test("guests, taken names and impossible names are refused", async () => {
  const homeserver = await startTestHomeserver();
  await register(homeserver, "alice");
  const auth = { type: "m.login.dummy" };
  const attempt = async (query: string, username: string) =>
    (await request(homeserver.url, "POST", REGISTER + query, { username, password: "x", auth })).body.errcode;
  expect(await attempt("?kind=guest", "bob")).toBe("M_FORBIDDEN");
  expect(await attempt("", "alice")).toBe("M_USER_IN_USE");
  expect(await attempt("", "No Spaces")).toBe("M_INVALID_USERNAME");
});

test("login takes the localpart or the whole user ID, and only the right password", async () => {
  const homeserver = await startTestHomeserver();
  await register(homeserver, "alice");
  const login = (user: string, password: string) =>
    request(homeserver.url, "POST", LOGIN, {
      type: "m.login.password",
      identifier: { type: "m.id.user", user },
      password,
      device_id: "PHONE",
    });
  expect((await login("alice", "wrong")).body.errcode).toBe("M_FORBIDDEN");
  const first = actAs(homeserver.url, (await login("alice", "alice's password")).body);
  expect((await first.get("/account/whoami")).body).toMatchObject({
    user_id: "@alice:dev.localhost",
    device_id: "PHONE",
  });
  const again = actAs(homeserver.url, (await login("@alice:dev.localhost", "alice's password")).body);
  expect((await first.get("/account/whoami")).body.errcode).toBe("M_UNKNOWN_TOKEN");
  expect((await again.get("/devices")).body.devices).toHaveLength(2);
});

test("logout ends one device, logout/all every one", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const login = async () =>
    actAs(
      homeserver.url,
      (
        await request(homeserver.url, "POST", LOGIN, {
          type: "m.login.password",
          identifier: { type: "m.id.user", user: "alice" },
          password: "alice's password",
        })
      ).body,
    );
  const [phone, laptop] = [await login(), await login()];
  await phone.post("/logout");
  expect((await phone.get("/account/whoami")).status).toBe(401);
  expect((await laptop.get("/account/whoami")).status).toBe(200);
  await laptop.post("/logout/all");
  expect((await alice.get("/account/whoami")).status).toBe(401);
});

test("a changed password is the only one that works, and needs the old one", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  expect((await alice.post("/account/password", { new_password: "new" })).status).toBe(401);
  const auth = { type: "m.login.password", password: "alice's password" };
  expect((await alice.post("/account/password", { new_password: "new", auth })).status).toBe(200);
  const login = (password: string) =>
    request(homeserver.url, "POST", LOGIN, { type: "m.login.password", user: "alice", password });
  expect((await login("alice's password")).status).toBe(403);
  expect((await login("new")).status).toBe(200);
});

test("neither tokens nor passwords are on the disk", async () => {
  const dataDir = temporaryDirectory();
  const homeserver = await startTestHomeserver({ dataDir });
  const alice = await register(homeserver, "alice");
  const bytes = ["homeserver.db", "homeserver.db-wal"].map((file) =>
    readFileSync(join(dataDir, file), "latin1"),
  );
  expect(bytes.join("")).toContain("@alice:dev.localhost");
  expect(bytes.join("")).not.toContain(alice.accessToken);
  expect(bytes.join("")).not.toContain("alice's password");
});
