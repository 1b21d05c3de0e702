import { expect, test } from "vitest";
import { openTestStore } from "../testing/store.ts";

const DAY = 24 * 60 * 60_000;
const entry = {
  ...{ at: Date.now(), userName: "ada", sessionId: "1", tokenId: null, tokenName: null },
  ...{ address: "127.0.0.1", userAgent: null, action: "instance.change", target: "hello" },
  ...{ before: { enabled: true }, after: { enabled: false }, error: null },
};

test("the log is read page by page, the newest first, of one user or one action, too", () => {
  const { audit } = openTestStore();
  for (let i = 1; i <= 5; i++) audit.append({ ...entry, target: `i${i}`, userName: i % 2 ? "ada" : "bob" });
  audit.append({ ...entry, action: "user.add" });
  const first = audit.page({ limit: 2 });
  expect(first).toEqual([
    { ...entry, id: 6, action: "user.add" },
    { ...entry, id: 5, target: "i5" },
  ]);
  expect(audit.page({ limit: 2, before: 5 }).map(({ target }) => target)).toEqual(["i4", "i3"]);
  expect(audit.page({ limit: 9, userName: "bob" }).map(({ target }) => target)).toEqual(["i4", "i2"]);
  expect(audit.page({ limit: 9, action: "user.add" }).map(({ id }) => id)).toEqual([6]);
});

test("an entry is never changed, and kept for 30 days, whatever the code asks for", () => {
  const { audit, db } = openTestStore();
  audit.append(entry);
  expect(() => db.exec("UPDATE audit_log SET user_name = 'bob'")).toThrow("only ever added to");
  expect(() => db.exec("DELETE FROM audit_log")).toThrow("younger than 30 days");
  expect(audit.page({ limit: 9 })).toHaveLength(1);
});

test("what is old enough is forgotten, and its number is not used again", () => {
  const { audit } = openTestStore();
  audit.append({ ...entry, at: Date.now() - 40 * DAY });
  audit.append({ ...entry, at: Date.now() - 32 * DAY });
  audit.forget(Date.now() - 35 * DAY);
  expect(audit.page({ limit: 9 }).map(({ id }) => id)).toEqual([2]);
  audit.forget(Date.now() - 31 * DAY);
  audit.append(entry);
  expect(audit.page({ limit: 9 }).map(({ id }) => id)).toEqual([3]);
});
