import { type AccountCrypto, CryptoError } from "@rookery/crypto/account";
import { expect, test } from "vitest";
import { NO_ENCRYPTION } from "../../testing/no-encryption.ts";
import type { Opening } from "./opening.ts";
import { createOutgoing } from "./outgoing.ts";
import { createEncryptionSyncs } from "./syncs.ts";

/** An account whose encryption is on, and does this. */
function setUp(crypto: Partial<AccountCrypto>) {
  const told: unknown[] = [];
  const opened = { handleSync: async () => undefined, outgoing: async () => undefined, ...crypto };
  const opening = {
    state: { status: "on", reason: null },
    crypto: async () => opened as AccountCrypto,
  } as unknown as Opening;
  const outgoing = createOutgoing({
    ...{ opening, signal: new AbortController().signal },
    onError: (error) => void told.push(error),
  });
  const syncs = createEncryptionSyncs({
    ...{ userId: "@bot:rook.test", opening, outgoing },
    place: { ...NO_ENCRYPTION, isThere: () => true },
    onError: (_message, error) => void told.push(error),
    onNotBegun: (error) => void told.push(error),
  });
  const take = (response: object) => syncs.handle(response, { hasEncryption: true });
  return { take, outgoing, told };
}

const NEWS = { to_device: { events: [{}] } };
const failing = (code: "CRASHED" | "STORE_FAILED" | "NO_ROOM") => () =>
  Promise.reject(new CryptoError(code, "@bot:rook.test"));

test("a sync that ends the thread each time is left out, and told of", async () => {
  const { take, told } = setUp({ handleSync: failing("CRASHED") });
  await expect(take(NEWS)).rejects.toMatchObject({ code: "CRASHED" });
  await expect(take(NEWS)).rejects.toMatchObject({ code: "CRASHED" });
  expect(told).toEqual([]);
  await take(NEWS);
  expect(told).toMatchObject([{ code: "CRASHED" }]);
});

test.each(["STORE_FAILED", "NO_ROOM"] as const)(
  "one for which the disk is full (%s) never is",
  async (code) => {
    const { take, told } = setUp({ handleSync: failing(code) });
    for (let n = 0; n < 5; n++) await expect(take(NEWS)).rejects.toMatchObject({ code });
    expect(told).toEqual([]);
  },
);

test("what could not be sent is sent with the next sync, also where that brings nothing", async () => {
  let sent = 0;
  const { take, outgoing, told } = setUp({
    async outgoing() {
      if (sent++ === 0) throw new CryptoError("HOMESERVER", "503");
    },
  });
  await take(NEWS);
  await outgoing.underWay;
  expect([sent, told]).toMatchObject([1, [{ code: "HOMESERVER" }]]);
  await take({});
  await outgoing.underWay;
  expect(sent).toBe(2);
  await take({});
  expect([sent, outgoing.underWay]).toEqual([2, undefined]);
});
