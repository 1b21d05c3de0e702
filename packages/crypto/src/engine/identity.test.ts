import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keyServer } from "../testing/index.ts";
import { identity } from "./identity.ts";
import { openMachine } from "./machine.ts";
import { send } from "./requests.ts";

test("a reset that the homeserver refuses leaves the private keys of before, and one that it takes does not", async () => {
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
  const before = await own.secrets();

  server.password = "correct horse";
  for (const password of [undefined, "a guess"]) {
    await expect(own.replace(password)).rejects.toMatchObject({ code: "PASSWORD_NEEDED" });
    expect(await own.secrets()).toEqual(before);
  }
  await own.replace(server.password);
  for (const [name, secret] of Object.entries(await own.secrets())) expect(secret).not.toBe(before[name]);
});
