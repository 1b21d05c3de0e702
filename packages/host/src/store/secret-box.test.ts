import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox } from "./secret-box.ts";

const unreadable = expect.objectContaining({ code: "SECRET_UNREADABLE" });

test("what was sealed opens again with the same key and purpose", () => {
  const key = randomBytes(32);
  for (const secret of ["syt_token", "", "pässwörd 🔑"]) {
    const sealed = createSecretBox(key).seal(secret, "the login of @a:b");
    expect(createSecretBox(key).open(sealed, "the login of @a:b")).toBe(secret);
  }
});

test("a sealed secret shows nothing of itself, and looks different each time", () => {
  const box = createSecretBox(randomBytes(32));
  const first = box.seal("syt_token", "test");
  expect(first.includes("syt_token")).toBe(false);
  expect(first.equals(box.seal("syt_token", "test"))).toBe(false);
});

test("another key, another purpose, a changed or a cut byte are all refused", () => {
  const box = createSecretBox(randomBytes(32));
  const sealed = box.seal("syt_token", "the login of @a:b");
  const changed = Buffer.from(sealed);
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14);

  expect(() => createSecretBox(randomBytes(32)).open(sealed, "the login of @a:b")).toThrow(unreadable);
  expect(() => box.open(sealed, "the login of @c:d")).toThrow(unreadable);
  expect(() => box.open(changed, "the login of @a:b")).toThrow(unreadable);
  expect(() => box.open(sealed.subarray(0, -1), "the login of @a:b")).toThrow(unreadable);
  expect(() => box.open(Buffer.alloc(0), "the login of @a:b")).toThrow(unreadable);
});

test("a tag that was shortened is refused", () => {
  const box = createSecretBox(randomBytes(32));
  const sealed = box.seal("", "test");
  expect(() => box.open(sealed.subarray(0, 12 + 4), "test")).toThrow(unreadable);
});
