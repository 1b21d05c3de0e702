import { argon2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { createPasswords } from "./passwords.ts";

const { hash, verify } = createPasswords();

const nonce = Buffer.alloc(16, 7);
const tag = (memory: number) =>
  argon2Sync("argon2id", { message: "horse", nonce, parallelism: 4, tagLength: 32, memory, passes: 3 });
const base64 = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");

test("a password is right as it was hashed, and no other is", async () => {
  const stored = await hash("horse");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await verify("horse", stored)).toEqual({ right: true, renew: false });
  expect(await verify("Horse", stored)).toEqual({ right: false, renew: false });
  expect(await hash("horse")).not.toBe(stored);
});

test("where there is no password, none is right", async () => {
  expect(await verify("", null)).toEqual({ right: false, renew: false });
});

test.each([
  ["in the form of before", `argon2id$${nonce.toString("base64")}$${tag(65_536).toString("base64")}`],
  ["at another cost", `$argon2id$v=19$m=8192,t=3,p=4$${base64(nonce)}$${base64(tag(8_192))}`],
])("what was hashed %s goes on working, and is to be renewed", async (_, stored) => {
  expect(await verify("horse", stored)).toEqual({ right: true, renew: true });
  expect(await verify("cow", stored)).toEqual({ right: false, renew: false });
});

test("a password is hashed beside everything else", async () => {
  let turns = 0;
  const beat = setInterval(() => turns++, 1);
  const before = performance.now();
  await Promise.all([hash("a"), hash("b")]);
  clearInterval(beat);
  // Had it held up the event loop, no timer would have run.
  expect(turns, `in ${performance.now() - before} ms`).toBeGreaterThan(3);
});
