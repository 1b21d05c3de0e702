import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keyServer } from "../testing/index.ts";
import { identity } from "./identity.ts";
import { openMachine } from "./machine.ts";
import { send } from "./requests.ts";

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), "rookery-identity-"));
  const server = await keyServer();
  const account = { userId: "@bot:rook.test", deviceId: "BOT", file: join(folder, "crypto.db") };
  const { machine, close } = await openMachine({ ...account, storeKey: new Uint8Array(32) });
  onTestFinished(async () => {
    await close();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  const http = server.httpOf(account.userId, account.deviceId);
  for (const request of await machine.outgoingRequests()) await send(machine, http, request);
  const own = identity(machine, http, account);
  await own.bootstrap();
  return { server, own, before: await own.secrets() };
}

test("a reset that the homeserver refuses leaves the private keys of before, and one that it takes does not", async () => {
  const { server, own, before } = await setUp();
  server.password = "correct horse";
  for (const password of [undefined, "a guess"]) {
    await expect(own.replace(password)).rejects.toMatchObject({ code: "PASSWORD_NEEDED" });
    expect(await own.secrets()).toEqual(before);
  }
  await own.replace(server.password);
  for (const [name, secret] of Object.entries(await own.secrets())) expect(secret).not.toBe(before[name]);
});

const APPROVAL = "https://account.rook.test/?action=org.matrix.cross_signing_reset";
const FALLBACK = "/_matrix/client/v3/auth/m.login.sso/fallback/web?session=first";

test.each([
  ["its account management", "m.oauth", { "m.oauth": { url: APPROVAL } }, APPROVAL],
  ["single sign-on", "m.login.sso", undefined, FALLBACK],
])(
  "where %s has to approve a reset, it says where; approved, the same is done once more",
  async (_who, stage, params, url) => {
    const { server, own, before } = await setUp();
    const flows = [{ stages: [stage] }];
    const asks = (session: string) => ({ session, flows, ...(params && { params }) });
    server.approval = { asks: asks("first") };
    await expect(own.replace()).rejects.toMatchObject({ code: "APPROVAL_NEEDED", detail: url });
    expect(await own.secrets()).toEqual(before);
    server.approval = { asks: asks("second"), approved: "first" };
    await own.replace();
    expect(await own.secrets()).not.toEqual(before);
  },
);

test("where a reset takes what is not known here, it says what; no password is asked for", async () => {
  const { server, own, before } = await setUp();
  for (const [stages, params] of [
    [["m.login.email.identity"], {}],
    [["m.login.password", "m.login.terms"], {}],
    [["m.oauth"], { "m.oauth": { url: "javascript:alert(1)" } }],
  ] as const) {
    server.approval = { asks: { session: "one", flows: [{ stages }], params } };
    const detail = `@bot:rook.test: ${stages.join(", ")}`;
    await expect(own.replace("a password")).rejects.toMatchObject({ code: "APPROVAL_UNKNOWN", detail });
  }
  expect(await own.secrets()).toEqual(before);
});
