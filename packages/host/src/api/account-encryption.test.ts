import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startAccountHost } from "../testing/account-host.ts";
import { eventually } from "../testing/eventually.ts";
import { startTestHost } from "../testing/host.ts";
import type { Encryption, EncryptionVerification } from "./contract.ts";

// Each account's encryption is a thread of its own, which has to start.
vi.setConfig({ testTimeout: 30_000 });

type Host = Awaited<ReturnType<typeof startTestHost>>;

const post = (host: Host, path: string, body: object = {}) => host.call("POST", path, { body });
/** Once more, as the account that the host has already. */
async function logIn(host: Host, { homeserver, bot }: Awaited<ReturnType<typeof startAccountHost>>) {
  const login = { homeserverUrl: homeserver.url, username: bot.userId, password: bot.password };
  expect((await post(host, "/accounts", login)).status).toBe(201);
}
const read = async (host: Host, account: string) =>
  (await host.call("GET", `${account}/encryption`)).body as Encryption;

/** The host whose account is set up, and its recovery key. */
async function setUpHost() {
  const first = await startAccountHost();
  const { status, body } = await post(first, `${first.account}/encryption/set-up`);
  expect(status).toBe(200);
  return { ...first, recoveryKey: (body as { recoveryKey: string }).recoveryKey };
}

/** Another host, with a device of its own on the same account. */
async function secondHost({ homeserver, bot }: Awaited<ReturnType<typeof startAccountHost>>) {
  const host = await startTestHost();
  await host.signIn();
  const login = { homeserverUrl: homeserver.url, username: bot.userId, password: bot.password };
  const { id } = (await post(host, "/accounts", login)).body as { id: string };
  return { ...host, account: `/accounts/${id}` };
}

test("an account without encrypted rooms costs nothing; set up, its device is verified and its keys are backed up", async () => {
  const host = await startAccountHost();
  expect(await read(host, host.account)).toEqual({
    ...{ state: "unused", reason: null, fingerprint: null, isVerified: null },
    ...{ identity: null, backup: null, verifications: [] },
  });
  const { body } = await post(host, `${host.account}/encryption/set-up`);
  const { recoveryKey } = body as { recoveryKey: string };
  expect(recoveryKey).toMatch(/^Es[1-9A-HJ-NP-Za-km-z ]{50,}$/);
  expect(await read(host, host.account)).toMatchObject({
    ...{ state: "on", fingerprint: expect.stringMatching(/^[A-Za-z0-9+/]{43}$/), isVerified: true },
    ...{ identity: "here", backup: { isOn: true, backedUp: 0, total: 0 } },
  });
  const again = await post(host, `${host.account}/encryption/set-up`);
  expect(again).toMatchObject({ status: 409, body: { code: "CONFLICT" } });

  const log = JSON.stringify((await host.call("GET", "/audit-log")).body);
  expect(log).toContain("account.set-up-encryption");
  expect(log).not.toContain(recoveryKey);
});

test("a new host recovers the account by its recovery key alone, and by no other", async () => {
  const first = await setUpHost();
  const second = await secondHost(first);
  const path = `${second.account}/encryption`;
  expect(await post(second, `${path}/set-up`)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  expect(await read(second, second.account)).toMatchObject({ identity: "elsewhere", isVerified: false });
  const other = first.recoveryKey.replace(/[2-9]/, (digit) => (digit === "2" ? "3" : "2"));
  for (const recoveryKey of [other, "not a key"])
    expect(await post(second, `${path}/recover`, { recoveryKey })).toMatchObject({
      ...{ status: 422, body: { code: "RECOVERY_KEY_WRONG" } },
    });
  const recovered = await post(second, `${path}/recover`, { recoveryKey: first.recoveryKey });
  expect(recovered).toMatchObject({ status: 200, body: { total: 0, imported: 0, failed: 0 } });
  expect(await read(second, second.account)).toMatchObject({ identity: "here", isVerified: true });
});

test("an identity is reset by its user ID, with the password that the homeserver asks for", async () => {
  const { recoveryKey, ...host } = await setUpHost();
  const path = `${host.account}/encryption/reset`;
  const { userId } = host.bot;
  const before = await read(host, host.account);
  expect(await post(host, path, { userId: "@ada:test" })).toMatchObject({ status: 400 });
  for (const body of [{ userId }, { userId, password: "a guess" }])
    expect(await post(host, path, body)).toMatchObject({ status: 422, body: { code: "PASSWORD_NEEDED" } });
  expect(await read(host, host.account)).toEqual(before);
  const { status, body } = await post(host, path, { userId, password: host.bot.password });
  expect(status).toBe(200);
  const second = await secondHost(host);
  const recover = (key: string) => post(second, `${second.account}/encryption/recover`, { recoveryKey: key });
  expect((await recover(recoveryKey)).status).toBe(422);
  expect((await recover((body as { recoveryKey: string }).recoveryKey)).status).toBe(200);
});

test("an account that is logged in again is verified as before, reads on what it could read, and begins at once", async () => {
  const host = await setUpHost();
  const before = await read(host, host.account);
  await host.bot.client.doRequest("POST", "/_matrix/client/v3/logout");
  await eventually("the account to be blocked", async () => {
    const { body } = await host.call("GET", host.account);
    return (body as { status: string }).status === "blocked";
  });
  await logIn(host, host);
  const after = await eventually("its encryption", async () => {
    const now = await read(host, host.account);
    return now.state === "on" && now;
  });
  expect(after).toMatchObject({ isVerified: true, identity: "here", backup: { isOn: true } });
  expect(after.fingerprint).not.toBe(before.fingerprint);
  const files = await readdir(join(host.dataDir, "accounts", host.id));
  expect(files.filter((name) => name.endsWith(".db"))).toHaveLength(1);
});

test("a damaged file of its encryption is told by the notices and the account, with the way out, which leads out", async () => {
  const first = await setUpHost();
  const { dataDir, id, bot, recoveryKey } = first;
  await first.close();
  const folder = join(dataDir, "accounts", id);
  const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".db"));
  await writeFile(join(folder, file), "no database".repeat(1_000));

  const host = await startTestHost({ dataDir });
  await host.signIn();
  const notices = async () =>
    ((await host.call("GET", "/notices")).body as { id: string }[]).map(({ id }) => id);
  const notice = `encryption:${bot.userId}`;
  await eventually("the notice", async () => (await notices()).includes(notice));
  expect(await read(host, first.account)).toMatchObject({
    state: "unavailable",
    reason: expect.stringMatching(/damaged.*Log the account in again with its password/),
  });

  await logIn(host, first);
  expect((await post(host, `${first.account}/encryption/recover`, { recoveryKey })).status).toBe(200);
  expect(await read(host, first.account)).toMatchObject({ state: "on", isVerified: true });
  expect(await notices()).not.toContain(notice);
});

test("two hosts of an account verify each other by seven emoji", async () => {
  const first = await setUpHost();
  const second = await secondHost(first);
  const shown = (host: Host, account: string, state: EncryptionVerification["state"]) =>
    eventually(`a verification that is ${state}`, async () =>
      (await read(host, account)).verifications.find((one) => one.state === state),
    );
  // Its keys have to be known to the other side.
  await post(second, `${second.account}/encryption/set-up`);
  const asked = await post(second, `${second.account}/encryption/verifications`);
  expect(asked).toMatchObject({ status: 200, body: { isIncoming: false, state: "waiting", emoji: null } });
  const { id, isIncoming } = await shown(first, first.account, "requested");
  expect([id, isIncoming]).toEqual([(asked.body as EncryptionVerification).id, true]);
  const step = (host: Host, account: string, taken: string) =>
    post(host, `${account}/encryption/verifications/${encodeURIComponent(id)}`, { step: taken });
  expect((await step(first, first.account, "match")).body).toMatchObject({ code: "CONFLICT" });
  await step(first, first.account, "accept");
  const [here, there] = [
    await shown(first, first.account, "comparing"),
    await shown(second, second.account, "comparing"),
  ];
  expect(here.emoji).toHaveLength(7);
  expect(here.emoji).toEqual(there.emoji);
  await step(first, first.account, "match");
  await step(second, second.account, "match");
  await shown(second, second.account, "done");
  await eventually("a verified device", async () => (await read(second, second.account)).isVerified);
});

test("an account that is offline says so, and does nothing", async () => {
  const host = await startAccountHost();
  await host.change({ enabled: false });
  expect(await read(host, host.account)).toMatchObject({ state: "offline", identity: null });
  expect(await post(host, `${host.account}/encryption/set-up`)).toMatchObject({
    ...{ status: 409, body: { code: "CONFLICT", detail: expect.stringContaining("offline") } },
  });
  expect((await host.call("GET", "/accounts/none/encryption")).status).toBe(404);
});
