import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadConfiguration } from "../../config/load.ts";
import { AppError, type ErrorCode } from "../../errors.ts";
import { eventually } from "../../testing/eventually.ts";
import { openTestStore } from "../../testing/store.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import type { AccountService } from "../accounts.ts";
import { createAudit } from "../audit.ts";
import { createDeclarations } from "./declarations.ts";
import type { DeclaredServices } from "./plan.ts";

/** What an account's logins end with, one after the other; `null` for well. */
async function applied(logins: (ErrorCode | null)[]) {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "password"), "secret");
  const account = `{ userId: "@bot:example.org", passwordFile: ${join(folder, "password")} }`;
  writeFileSync(join(folder, "rookery.yaml"), `accounts: { bot: ${account} }`);
  const store = openTestStore();
  let tries = 0;
  const add: AccountService["add"] = async () => {
    const code = logins[tries++];
    if (code) throw new AppError(code, `It failed, the ${tries}. time.`);
    const login = { userId: "@bot:example.org", deviceId: "D", homeserverUrl: "http://x", accessToken: "t" };
    store.accounts.insert({ id: "bot", ...login, syncToken: null, createdAt: 1 });
    return {} as Awaited<ReturnType<AccountService["add"]>>;
  };
  const declarations = createDeclarations({
    configured: loadConfiguration({ env: {}, cwd: folder }),
    reread: null,
    sources: {
      ...{ store, secretKey: randomBytes(32), isBlocked: () => false },
      read: () => Promise.reject(new Error("There is no bundle.")),
    },
    audit: createAudit(store.audit),
    onApplied: () => undefined,
    log: () => undefined,
    warn: () => undefined,
    retryMs: { first: 5, most: 10 },
  });
  onTestFinished(() => declarations.close());
  await declarations.apply({ accounts: { add } as AccountService } as DeclaredServices);
  const written = () => store.audit.page({ limit: 100 }).map(({ error }) => error);
  return { declarations, tries: () => tries, written };
}

test("a homeserver that is not there yet is asked again until it is, and its absence is written down once", async () => {
  const absent = ["HOMESERVER_UNREACHABLE", "HOMESERVER_NOT_FOUND", "HOMESERVER_UNREACHABLE"] as const;
  const { declarations, tries, written } = await applied([...absent, null]);
  const [notice] = await declarations.notices();
  expect(notice?.message).toMatch(/^accounts\.bot could not be applied: It failed, the \d\. time\.$/);
  await eventually("a login", async () => (await declarations.notices()).length === 0);
  expect(tries()).toBe(4);
  expect(written()).toEqual([null, "HOMESERVER_UNREACHABLE"]);
});

test("what a person has to mend is not tried again by itself: a homeserver may lock who guesses", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { declarations, tries } = await applied(["HOMESERVER_UNREACHABLE", "LOGIN_FAILED"]);
  expect(vi.getTimerCount()).toBe(1);
  await vi.runOnlyPendingTimersAsync();
  await declarations.idle();
  expect([tries(), vi.getTimerCount()]).toEqual([2, 0]);
  const [notice] = await declarations.notices();
  expect(notice?.message).toContain("It failed, the 2. time.");
});
