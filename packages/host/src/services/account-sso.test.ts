import { expect, test } from "vitest";
import { createTestHttp, startTestHomeserver } from "../testing/homeserver.ts";
import { createAccountSso } from "./account-sso.ts";

async function setUp() {
  let time = 1_000_000;
  const { url: homeserverUrl } = await startTestHomeserver({ singleSignOn: { user: "bot" } });
  const added: object[] = [];
  const sso = createAccountSso({
    accounts: {
      async add(account) {
        added.push(account);
        return {} as never;
      },
    },
    http: createTestHttp(),
    now: () => time,
  });
  const from = { sessionId: "one", origin: "http://127.0.0.1:29316" };
  return {
    added,
    pass: (minutes: number) => (time += minutes * 60_000),
    async begin() {
      const { url } = await sso.begin({ homeserverUrl }, from);
      return new URL(new URL(url).searchParams.get("redirectUrl") ?? "").searchParams.get("state") ?? "";
    },
    finish: (state: string) => sso.finish({ state, loginToken: "token" }, "one"),
  };
}

const expired = expect.objectContaining({ code: "SSO_EXPIRED" });

test("it can be finished for ten minutes, and no longer", async () => {
  const { added, pass, begin, finish } = await setUp();
  const [first, second] = [await begin(), await begin()];
  pass(9.9);
  await finish(first);
  expect(added).toEqual([expect.objectContaining({ loginToken: "token" })]);
  pass(0.1);
  await expect(finish(second)).rejects.toThrow(expired);
  expect(added).toHaveLength(1);
});

test("a hundred are waited for, and the oldest makes room", async () => {
  const { begin, finish } = await setUp();
  const states: string[] = [];
  for (let count = 0; count < 101; count++) states.push(await begin());
  expect(new Set(states).size).toBe(101);
  await expect(finish(states[0] ?? "")).rejects.toThrow(expired);
  await finish(states[1] ?? "");
  await finish(states[100] ?? "");
});
