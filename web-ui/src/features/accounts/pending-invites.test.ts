import type { Account } from "@rookery/host/api";
import { expect, test } from "vitest";
import { mayHaveInvites } from "./pending-invites.ts";

const account = (
  policy: Account["autojoin"]["policy"],
  enabled = true,
  status: Account["status"] = enabled ? "syncing" : "offline",
) => ({ autojoin: { policy, allow: [] }, enabled, status }) as Partial<Account> as Account;

test("invitations are asked for where they may wait: not of who is online and takes all", () => {
  expect(mayHaveInvites(account("always"))).toBe(false);
  expect(mayHaveInvites(account("always", false))).toBe(true);
  expect(mayHaveInvites(account("never"))).toBe(true);
  expect(mayHaveInvites(account("allow-list"))).toBe(true);
});

test("a homeserver that does not answer, or no longer knows the login, is not asked", () => {
  expect(mayHaveInvites(account("never", true, "unreachable"))).toBe(false);
  expect(mayHaveInvites(account("never", true, "blocked"))).toBe(false);
});
