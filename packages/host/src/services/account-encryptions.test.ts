import { CryptoError } from "@rookery/crypto/account";
import { expect, test } from "vitest";
import type { AccountEncryption } from "../matrix/account-encryption.ts";
import type { AccountRow } from "../store/accounts.ts";
import { createAccountEncryptions } from "./account-encryptions.ts";

const row = { id: "1", userId: "@bot:test", homeserverUrl: "https://matrix.test:8448" } as AccountRow;

/** An account whose homeserver refuses a new identity so. */
function refusing(error: CryptoError) {
  const refuse = () => Promise.reject(error);
  const crypto = { outgoing: async () => undefined, bootstrapCrossSigning: refuse, resetIdentity: refuse };
  const encryption = { crypto: async () => crypto } as unknown as AccountEncryption;
  return createAccountEncryptions({
    accounts: { get: () => row },
    encryptionOf: () => encryption,
    warn: () => undefined,
  });
}

test.each([
  ["https://account.test/reset", "Open https://account.test/reset in a browser"],
  [
    "/_matrix/client/v3/auth/x?session=1",
    "Open https://matrix.test:8448/_matrix/client/v3/auth/x?session=1 in a",
  ],
])("who has to approve an identity elsewhere is told where: %s", async (detail, told) => {
  const { setUp, reset } = refusing(new CryptoError("APPROVAL_NEEDED", detail));
  const approvalUrl = new URL(detail, row.homeserverUrl).href;
  const expected = {
    ...{ code: "APPROVAL_NEEDED", message: expect.stringContaining(told), data: { approvalUrl } },
  };
  await expect(setUp("1")).rejects.toMatchObject(expected);
  await expect(reset("1", "@bot:test")).rejects.toMatchObject(expected);
});

test("what a homeserver wants and is not known here is its refusal, with the way out", async () => {
  const { setUp } = refusing(new CryptoError("APPROVAL_UNKNOWN", "m.login.email.identity"));
  await expect(setUp("1")).rejects.toMatchObject({
    ...{ code: "HOMESERVER_REFUSED", message: expect.stringContaining("make it in another client") },
  });
});
