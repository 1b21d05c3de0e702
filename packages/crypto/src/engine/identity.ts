import { DeviceId, type OlmMachine, OwnUserIdentity, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { wantedBy } from "./approval.ts";
import { inTime } from "./deadline.ts";
import { KeysQueryAnswer, parse } from "./parse.ts";
import { CLIENT, errcode, type MachineRequest, ok, send } from "./requests.ts";

/** The names of the three private keys in the secret storage. */
export const SECRETS = {
  master: "m.cross_signing.master",
  selfSigning: "m.cross_signing.self_signing",
  userSigning: "m.cross_signing.user_signing",
} as const;

/** The account's cross-signing identity. */
export interface Identity {
  /**
   * Makes the identity and signs this device with it. Does nothing where this device has done so before.
   *
   * @param password where the homeserver asks for it
   * @throws `IDENTITY_EXISTS`, `PASSWORD_NEEDED`, `APPROVAL_NEEDED`, `APPROVAL_UNKNOWN`
   */
  bootstrap(password?: string): Promise<void>;
  /**
   * Makes a new identity in the place of the one that the account has. Whoever verified that one sees a warning. Where it
   * fails, the one before stays.
   *
   * @throws `PASSWORD_NEEDED`, `APPROVAL_NEEDED`, `APPROVAL_UNKNOWN`
   */
  replace(password?: string): Promise<void>;
  /** The private keys by their names in the secret storage. @throws `NO_IDENTITY` */
  secrets(): Promise<Record<string, string>>;
  /** Takes the private keys in and signs this device. @throws `NO_RECOVERY` where they are not the identity's */
  adopt(secrets: ReadonlyMap<string, string>): Promise<void>;
  status(): Promise<{ exists: boolean; isOnThisDevice: boolean; isVerified: boolean }>;
}

export function identity(
  machine: OlmMachine,
  http: Http,
  { userId, deviceId }: { userId: string; deviceId: string },
): Identity {
  /** Asks the homeserver anew. */
  async function existsThere(): Promise<boolean> {
    const answer = await send(machine, http, machine.queryKeysForUsers([new UserId(userId)]));
    const { master_keys } = parse(KeysQueryAnswer, answer, "/keys/query");
    return master_keys?.[userId] !== undefined;
  }

  async function isOnThisDevice(): Promise<boolean> {
    const { hasMaster, hasSelfSigning, hasUserSigning } = await inTime(
      "cross-signing status",
      machine.crossSigningStatus(),
    );
    return hasMaster && hasSelfSigning && hasUserSigning;
  }

  async function own(): Promise<OwnUserIdentity | undefined> {
    const found = await inTime("identity", machine.getIdentity(new UserId(userId)));
    return found instanceof OwnUserIdentity ? found : undefined;
  }

  async function signDevice(): Promise<void> {
    const device = await inTime("device", machine.getDevice(new UserId(userId), new DeviceId(deviceId)));
    if (device === undefined) throw new CryptoError("NO_IDENTITY", `${deviceId} is not on the homeserver`);
    await send(machine, http, await inTime("sign the device", device.verify()));
  }

  /** The session for which somebody was asked to approve. */
  let asked: string | undefined;

  async function upload(body: string, password: string | undefined): Promise<void> {
    const path = `${CLIENT}/keys/device_signing/upload`;
    const keys = JSON.parse(body) as object;
    const response = await http.request("POST", path, keys);
    if (response.status !== 401) {
      ok(response, path);
      return;
    }
    const wanted = wantedBy(response.body);
    if (wanted.kind === "unknown")
      throw new CryptoError("APPROVAL_UNKNOWN", `${userId}: ${wanted.stages.join(", ")}`);
    if (wanted.kind === "approval") {
      const before = asked;
      asked = wanted.session;
      // What was approved since then was approved for that session.
      const second =
        before === undefined
          ? response
          : await http.request("POST", path, { ...keys, auth: { session: before } });
      if (second.status === 401) throw new CryptoError("APPROVAL_NEEDED", wanted.url);
      ok(second, path);
      return;
    }
    if (password === undefined) throw new CryptoError("PASSWORD_NEEDED", userId);
    const auth = {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: userId },
      password,
      ...(wanted.session !== undefined && { session: wanted.session }),
    };
    const second = await http.request("POST", path, { ...keys, auth });
    if (second.status === 401) throw new CryptoError("PASSWORD_NEEDED", errcode(second.body));
    ok(second, path);
  }

  /** @param isNew a new one, or the one that is here already and was not taken yet */
  async function make(isNew: boolean, password: string | undefined): Promise<void> {
    const requests = await inTime("bootstrap cross-signing", machine.bootstrapCrossSigning(isNew));
    const device = requests.uploadKeysRequest as MachineRequest | undefined;
    if (device !== undefined) await send(machine, http, device);
    await upload(requests.uploadSigningKeysRequest.body, password);
    await send(machine, http, requests.uploadSignaturesRequest);
    // So that the machine itself sees what it has now.
    await existsThere();
  }

  return {
    async bootstrap(password) {
      const exists = await existsThere();
      const isHere = await isOnThisDevice();
      // Whoever else trusts it would have to begin again.
      if (exists && !isHere) throw new CryptoError("IDENTITY_EXISTS", userId);
      if (exists && (await (await own())?.trustsOurOwnDevice())) return;
      if (exists) {
        await signDevice();
        return;
      }
      await make(false, password);
    },

    async replace(password) {
      const before = await inTime("export the identity", machine.exportCrossSigningKeys());
      try {
        await make(true, password);
      } catch (error) {
        const { masterKey, self_signing_key: selfSigningKey, userSigningKey } = before ?? {};
        // The machine has put the new one in its place; the homeserver has not.
        await existsThere();
        const again = machine.importCrossSigningKeys(masterKey, selfSigningKey, userSigningKey);
        await inTime("import the identity", again);
        throw error;
      }
    },

    async secrets() {
      const keys = await inTime("export the identity", machine.exportCrossSigningKeys());
      const { masterKey, self_signing_key: selfSigningKey, userSigningKey } = keys ?? {};
      if (masterKey === undefined || selfSigningKey === undefined || userSigningKey === undefined) {
        throw new CryptoError("NO_IDENTITY", userId);
      }
      return {
        [SECRETS.master]: masterKey,
        [SECRETS.selfSigning]: selfSigningKey,
        [SECRETS.userSigning]: userSigningKey,
      };
    },

    async adopt(secrets) {
      if (!(await existsThere())) throw new CryptoError("NO_RECOVERY", `${userId} has no identity`);
      const names = [SECRETS.master, SECRETS.selfSigning, SECRETS.userSigning];
      const [master, selfSigning, userSigning] = names.map((name) => secrets.get(name));
      const imported = machine
        .importCrossSigningKeys(master, selfSigning, userSigning)
        .catch((error: Error) => {
          // Whole, but another identity's: the machine says so by throwing.
          if (error.message.includes("doesn't match the public key")) return null;
          throw error;
        });
      const status = await inTime("import the identity", imported);
      if (!status?.hasMaster || !status.hasSelfSigning || !status.hasUserSigning) {
        throw new CryptoError("NO_RECOVERY", "the stored private keys are not those of the identity");
      }
      await signDevice();
      await existsThere();
    },

    async status() {
      const identity = await own();
      return {
        exists: identity !== undefined,
        isOnThisDevice: await isOnThisDevice(),
        isVerified: (await identity?.trustsOurOwnDevice()) ?? false,
      };
    },
  };
}
