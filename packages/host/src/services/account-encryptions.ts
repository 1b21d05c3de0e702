import {
  type AccountCrypto,
  type Code,
  CryptoError,
  type Recovered,
  type Verification,
  type VerificationPartner,
  type VerificationStep,
} from "@rookery/crypto/account";
import { AppError, type ErrorCode } from "../errors.ts";
import type { AccountEncryption, EncryptionState } from "../matrix/account-encryption.ts";
import type { AccountRow, AccountStore } from "../store/accounts.ts";

/** How an account's encryption is; what is null is not known while it is not on. */
export interface EncryptionView {
  state: EncryptionState["status"] | "offline";
  reason: string | null;
  fingerprint: string | null;
  isVerified: boolean | null;
  identity: "none" | "here" | "elsewhere" | null;
  backup: { isOn: boolean; backedUp: number; total: number } | null;
  verifications: Verification[];
}

/**
 * What an operator does with an account's encryption. All throw AppError `NOT_FOUND`, `ENCRYPTION_FAILED` and, but for
 * `get`, `CONFLICT` where the account is offline.
 */
export interface AccountEncryptions {
  get(id: string): Promise<EncryptionView>;
  /**
   * Makes the account's identity, its recovery key and its backup.
   *
   * @returns the recovery key, which is kept nowhere
   * @throws AppError `PASSWORD_NEEDED`, `APPROVAL_NEEDED`; `CONFLICT` where there is an identity already
   */
  setUp(id: string, password?: string): Promise<string>;
  /** @throws AppError `RECOVERY_KEY_WRONG` */
  recover(id: string, recoveryKey: string): Promise<Recovered>;
  /**
   * Gives the identity up for a new one.
   *
   * @param userId the account's, as whoever asks for it names it
   * @returns the new recovery key, which is kept nowhere
   * @throws AppError `BAD_REQUEST` for another user ID, `PASSWORD_NEEDED`, `APPROVAL_NEEDED`
   */
  reset(id: string, userId: string, password?: string): Promise<string>;
  requestVerification(id: string, partner: VerificationPartner): Promise<Verification>;
  /** @throws AppError `CONFLICT` where the verification is not where it could take the step */
  step(id: string, verificationId: string, step: VerificationStep): Promise<Verification>;
}

/** What is the operator's to know of what goes wrong; all else is `ENCRYPTION_FAILED`. */
const ANSWERS: Partial<Record<Code, ErrorCode>> = {
  IDENTITY_EXISTS: "CONFLICT",
  RECOVERY_EXISTS: "CONFLICT",
  NO_IDENTITY: "CONFLICT",
  NO_VERIFICATION: "CONFLICT",
  NO_RECOVERY: "CONFLICT",
  PASSWORD_NEEDED: "PASSWORD_NEEDED",
  APPROVAL_UNKNOWN: "HOMESERVER_REFUSED",
  WRONG_RECOVERY_KEY: "RECOVERY_KEY_WRONG",
  HOMESERVER: "HOMESERVER_REFUSED",
};

export function createAccountEncryptions(options: {
  accounts: Pick<AccountStore, "get">;
  /** Of an account that is online. */
  encryptionOf: (id: string) => AccountEncryption | undefined;
  warn: (message: string, error: unknown) => void;
}): AccountEncryptions {
  const { accounts, encryptionOf, warn } = options;

  function row(id: string): AccountRow {
    const found = accounts.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no account ${id}.`);
    return found;
  }

  async function answer<T>({ userId, homeserverUrl }: AccountRow, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof CryptoError)) throw cause;
      if (cause.code === "APPROVAL_NEEDED") {
        const { href } = new URL(cause.detail, homeserverUrl);
        const text = `Open ${href} in a browser, signed in there as ${userId}, and approve it. Then do this again, within some minutes. Nothing was changed so far.`;
        throw new AppError("APPROVAL_NEEDED", text, { cause, data: { approvalUrl: href } });
      }
      throw new AppError(ANSWERS[cause.code] ?? "ENCRYPTION_FAILED", `${userId}: ${cause.message}`, {
        cause,
      });
    }
  }

  async function using<T>(id: string, work: (crypto: AccountCrypto) => Promise<T>): Promise<T> {
    const account = row(id);
    const encryption = encryptionOf(id);
    if (!encryption)
      throw new AppError("CONFLICT", `${account.userId} is offline. Set it online, and try again.`);
    return await answer(account, async () => work(await encryption.crypto()));
  }

  /** It may be thousands of keys: nobody waits for it. */
  function fillBackup(id: string, crypto: AccountCrypto): void {
    crypto
      .backup()
      .catch((error: unknown) => warn(`The room keys of ${row(id).userId} could not be backed up.`, error));
  }

  return {
    async get(id) {
      const account = row(id);
      const encryption = encryptionOf(id);
      const nothing = {
        fingerprint: null,
        isVerified: null,
        identity: null,
        backup: null,
        verifications: [],
      };
      if (!encryption) return { state: "offline", reason: null, ...nothing };
      if (encryption.state.status === "unused" || encryption.state.status === "unavailable")
        return { state: encryption.state.status, reason: encryption.state.reason, ...nothing };
      return await answer(account, async () => {
        const crypto = await encryption.crypto();
        const { fingerprint, isVerified, backup, ...status } = await crypto.status();
        const identity = status.hasIdentity ? "here" : status.identityExists ? "elsewhere" : "none";
        const verifications = await crypto.verifications();
        const { status: state, reason } = encryption.state;
        return { state, reason, fingerprint, isVerified, identity, backup, verifications };
      });
    },
    setUp: (id, password) =>
      using(id, async (crypto) => {
        await crypto.outgoing();
        await crypto.bootstrapCrossSigning(password);
        const recoveryKey = await crypto.setUpRecovery();
        fillBackup(id, crypto);
        return recoveryKey;
      }),
    recover: (id, recoveryKey) =>
      using(id, async (crypto) => {
        await crypto.outgoing();
        const recovered = await crypto.recover(recoveryKey);
        fillBackup(id, crypto);
        return recovered;
      }),
    reset: (id, userId, password) =>
      using(id, async (crypto) => {
        if (userId !== row(id).userId)
          throw new AppError("BAD_REQUEST", `The account is ${row(id).userId}, not ${userId}.`);
        await crypto.outgoing();
        const recoveryKey = await crypto.resetIdentity(password);
        fillBackup(id, crypto);
        return recoveryKey;
      }),
    requestVerification: (id, partner) => using(id, (crypto) => crypto.requestVerification(partner)),
    step: (id, verificationId, step) => using(id, (crypto) => crypto.stepVerification(verificationId, step)),
  };
}
