import { describe, expect, test } from "vitest";
import { code, engines, read, say, text } from "../testing/engines.ts";
import type { KeyServer } from "../testing/key-server.ts";

const { startServer, device, newFile } = engines();

describe("an identity", () => {
  /** A device that is set up, has heard something, and is closed: its file, and what it heard. */
  async function leftBehind(server: KeyServer) {
    const file = newFile();
    const [bot, alice] = [
      await device(server, "bot", "BOT", { file }),
      await device(server, "alice", "PHONE"),
    ];
    const old = await say(alice, [bot], "old news");
    await bot.sync();
    await bot.bootstrapCrossSigning();
    await bot.setUpRecovery();
    await bot.backup();
    await bot.close();
    return { file, old };
  }

  test("goes from a device to the next one of its account, with the room keys and the backup, and no recovery key", async () => {
    const server = await startServer();
    const { file, old } = await leftBehind(server);
    const next = await device(server, "bot", "NEXT");
    expect(await next.status()).toMatchObject({ hasIdentity: false, isVerified: false });
    await next.takeOver(file);
    expect(await read(next, old)).toMatchObject({ isDecrypted: true, content: text("old news") });
    expect(await next.status()).toMatchObject({
      ...{ hasIdentity: true, isVerified: true, backup: { isOn: true, total: 1 } },
    });
    await expect(next.takeOver(newFile())).rejects.toEqual(code("STORE"));
  });

  test("that was given up meanwhile is not taken over; the room keys are", async () => {
    const server = await startServer();
    const { file, old } = await leftBehind(server);
    await (await device(server, "bot", "ELSEWHERE")).resetIdentity("correct horse");

    const next = await device(server, "bot", "NEXT");
    await next.takeOver(file);
    expect(await read(next, old)).toMatchObject({ isDecrypted: true });
    expect(await next.status()).toMatchObject({
      ...{ hasIdentity: false, isVerified: false, backup: { isOn: false } },
    });
  });

  test("is made once, makes the device verified, and comes back on a new device by the recovery key alone", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    expect(await bot.status()).toMatchObject({
      identityExists: false,
      hasIdentity: false,
      isVerified: false,
      backup: { isOn: false },
    });
    await expect(bot.setUpRecovery()).rejects.toEqual(code("NO_IDENTITY"));
    await bot.bootstrapCrossSigning();
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true });
    await bot.bootstrapCrossSigning();
    expect(server.requests.filter((request) => request.includes("device_signing"))).toHaveLength(1);

    const old = await say(alice, [bot], "old news");
    await bot.sync();
    const recoveryKey = await bot.setUpRecovery();
    await expect(bot.setUpRecovery()).rejects.toEqual(code("RECOVERY_EXISTS"));
    expect((await bot.status()).backup).toEqual({ isOn: true, backedUp: 0, total: 1 });
    await bot.backup();
    expect((await bot.status()).backup).toEqual({ isOn: true, backedUp: 1, total: 1 });

    const second = await device(server, "bot", "NEW");
    expect(await second.status()).toMatchObject({
      identityExists: true,
      hasIdentity: false,
      isVerified: false,
    });
    await expect(second.bootstrapCrossSigning()).rejects.toEqual(code("IDENTITY_EXISTS"));
    expect(await read(second, old)).toMatchObject({ isDecrypted: false });
    const other = recoveryKey.replace(/[2-9]/, (digit) => (digit === "2" ? "3" : "2"));
    await expect(second.recover(other)).rejects.toEqual(code("WRONG_RECOVERY_KEY"));
    expect(await second.recover(recoveryKey)).toEqual({ total: 1, imported: 1, failed: 0 });
    expect(await second.status()).toMatchObject({
      hasIdentity: true,
      isVerified: true,
      backup: { isOn: true },
    });
    expect(await read(second, old)).toMatchObject({ content: text("old news") });

    // From now on the new device backs up, too.
    await say(second, [alice], "new");
    await second.backup();
    expect((await second.status()).backup).toEqual({ isOn: true, backedUp: 2, total: 2 });
  });

  test("wants the password where the homeserver does", async () => {
    const server = await startServer();
    server.password = "correct horse";
    const bot = await device(server, "bot", "BOT");
    await expect(bot.bootstrapCrossSigning()).rejects.toEqual(code("PASSWORD_NEEDED"));
    await expect(bot.bootstrapCrossSigning("wrong")).rejects.toEqual(code("PASSWORD_NEEDED"));
    await bot.bootstrapCrossSigning("correct horse");
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true });
  });

  test("is replaced only when one says so: with a new recovery key, and a backup that has all keys", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    await bot.bootstrapCrossSigning();
    const old = await bot.setUpRecovery();
    const said = await say(alice, [bot], "old news");
    await bot.sync();
    await bot.backup();
    server.password = "correct horse";
    await expect(bot.resetIdentity()).rejects.toEqual(code("PASSWORD_NEEDED"));
    // Nothing has changed: the old identity is here still, and good.
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true, backup: { isOn: true } });
    await bot.bootstrapCrossSigning();

    const recoveryKey = await bot.resetIdentity("correct horse");
    expect(await bot.status()).toMatchObject({
      isVerified: true,
      backup: { isOn: true, backedUp: 0, total: 1 },
    });
    await bot.backup();
    const second = await device(server, "bot", "NEW");
    await expect(second.recover(old)).rejects.toEqual(code("WRONG_RECOVERY_KEY"));
    expect(await second.recover(recoveryKey)).toEqual({ total: 1, imported: 1, failed: 0 });
    expect(await read(second, said)).toMatchObject({ content: text("old news") });
  });

  test("of others: with the policy `cross-signed`, only devices that their owner has signed get the key", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT", { devices: "cross-signed" });
    const [signed, loose] = [await device(server, "alice", "PHONE"), await device(server, "alice", "ODD")];
    await signed.bootstrapCrossSigning();
    await expect(say(bot, [signed], "too early")).rejects.toEqual(code("NO_IDENTITY"));
    await bot.bootstrapCrossSigning();
    await bot.sync();
    const said = await say(bot, [signed], "for the signed");
    await Promise.all([signed.sync(), loose.sync()]);
    expect(await read(signed, said)).toMatchObject({ isDecrypted: true });
    expect(await read(loose, said)).toMatchObject({ isDecrypted: false, withheld: expect.any(String) });
  });
});
