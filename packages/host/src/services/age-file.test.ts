import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { AppError } from "../errors.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { decrypt, encryptorFor, readIdentities } from "./age-file.ts";

const MB = 1024 * 1024;
const broken = (why: string) => new AppError("BACKUP_INVALID", why);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Without what nobody holds any more: V8 would leave that until it needs room. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

test("100 MB pass through, there and back, in the memory of a part of them", async () => {
  const identity = await generateX25519Identity();
  const encrypt = await encryptorFor([await identityToRecipient(identity)]);
  async function* source() {
    for (let n = 0; n < 200; n++) yield Buffer.alloc(MB / 2, n);
  }
  const before = held();
  let [size, looked, most] = [0, 0, 0];
  for await (const piece of decrypt(encrypt(source()), [identity], broken)) {
    size += piece.length;
    if (size < looked + 10 * MB) continue;
    looked = size;
    most = Math.max(most, held() - before);
  }
  expect(size).toBe(100 * MB);
  // Held as a whole, it is 100 and more.
  expect(most).toBeLessThan(50 * MB);
}, 30_000);

test("what the disk says while it is read is not taken for damage", async () => {
  const identity = await generateX25519Identity();
  const encrypted = await buffer((await encryptorFor([await identityToRecipient(identity)]))(pieces(2 * MB)));
  async function* failing() {
    yield encrypted.subarray(0, MB);
    throw Object.assign(new Error("the disk failed"), { code: "EIO" });
  }
  await expect(buffer(decrypt(failing(), [identity], broken))).rejects.toMatchObject({ code: "EIO" });
});

async function* pieces(size: number) {
  for (let left = size; left > 0; left -= MB) yield Buffer.alloc(Math.min(left, MB));
}

test("who is no recipient is named, before anything is encrypted", async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith("q") ? "p" : "q"}`;
  for (const wrong of [
    mistyped,
    "age1",
    "ssh-ed25519 AAAAC3Nz",
    "AGE-SECRET-KEY-1",
    recipient.slice(0, -4),
  ]) {
    await expect(encryptorFor([recipient, wrong])).rejects.toMatchObject({
      ...{
        code: "RECIPIENT_INVALID",
        message: expect.stringContaining(`"${wrong}" is no recipient of age's`),
      },
    });
  }
});

test("identities are read from files as age-keygen writes them, and from systemd's credentials", async () => {
  const [one, other] = [await generateX25519Identity(), await generateX25519Identity()];
  const [cwd, credentials] = [temporaryDirectory(), temporaryDirectory()];
  writeFileSync(join(cwd, "key.txt"), `# created: 2026-11-26\r\n# public key: age1…\r\n${one}\r\n\r\n`);
  writeFileSync(join(credentials, "backup-identity"), `${other}\n${one}\n`);
  const places = { cwd, env: { CREDENTIALS_DIRECTORY: credentials } };
  expect(await readIdentities(["key.txt", "backup-identity"], places)).toEqual([one, other, one]);

  const wrong = { "empty.txt": "# nothing\n", "other.txt": `${one}x\n`, "absent.txt": null };
  for (const [name, text] of Object.entries(wrong)) {
    if (text !== null) writeFileSync(join(cwd, name), text);
    const refused = await readIdentities([name], places).catch((error: AppError) => error);
    expect(refused).toMatchObject({ code: "SECRET_UNREADABLE", message: expect.stringContaining(name) });
    expect((refused as AppError).message).not.toContain("AGE-SECRET-KEY-1");
  }
});
