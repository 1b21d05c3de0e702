import type { Encryption, EncryptionVerification, RecoveredKeys, RecoveryKey } from "@rookery/host/api";
import { UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import type { Api } from "../remote/api.ts";
import { askSecret } from "../remote/ask.ts";
import { textTable } from "../remote/text-table.ts";

const STEPS = ["accept", "match", "mismatch", "cancel"];

/**
 * `rookery accounts encryption <id> [set-up | recover | reset <user ID> | verify [<step>]]`.
 *
 * @param path of the account
 * @param named as the account was named
 * @param words what to do, and how a verification goes on, or whose identity is reset
 * @param withPassword the homeserver is known to ask for the account's password
 * @returns what is printed, for programs and for people
 */
export async function accountEncryption(
  host: Api,
  path: string,
  named: string,
  [action = "", word = "", ...more]: string[],
  withPassword: boolean,
): Promise<{ result: unknown; text: string }> {
  const isKnown =
    (["", "set-up", "recover"].includes(action) && word === "") ||
    (action === "reset" && word !== "") ||
    (action === "verify" && (word === "" || STEPS.includes(word)));
  if (more.length > 0 || !isKnown) throw new UsageError("Say what to do with its encryption.");
  if (withPassword && action !== "set-up" && action !== "reset")
    throw new UsageError("--password belongs to set-up and reset.");
  const at = `${path}/encryption`;
  const password = async () =>
    withPassword ? { password: await askSecret(`Password of ${named}: `) } : undefined;
  switch (action) {
    case "set-up":
      return newKey(await host.send<RecoveryKey>("POST", `${at}/set-up`, (await password()) ?? {}));
    case "recover": {
      const recoveryKey = await askSecret("Recovery key: ");
      const recovered = await host.send<RecoveredKeys>("POST", `${at}/recover`, { recoveryKey });
      const { total, failed } = recovered;
      const unread = failed > 0 ? ` ${failed} of them could not be read.` : "";
      return {
        result: recovered,
        text: `Its device is verified. The backup had ${total} room keys.${unread}\n`,
      };
    }
    case "reset":
      return newKey(
        await host.send<RecoveryKey>("POST", `${at}/reset`, { userId: word, ...(await password()) }),
      );
    case "verify":
      return word === "" ? await begun(host, at) : await gone(host, at, word);
    default: {
      const encryption = await host.get<Encryption>(at);
      return { result: encryption, text: printable(shown(encryption)) };
    }
  }
}

const newKey = (made: RecoveryKey) => ({
  result: made,
  text: `Its recovery key, which is shown this once and kept nowhere:\n\n  ${made.recoveryKey}\n\nKeep it with your other secrets. A new host needs it to read what was said before.\n`,
});

async function begun(host: Api, at: string) {
  const verification = await host.send<EncryptionVerification>("POST", `${at}/verifications`, {});
  return { result: verification, text: printable(verificationIn(verification)) };
}

async function gone(host: Api, at: string, step: string) {
  const { verifications } = await host.get<Encryption>(at);
  const underWay = verifications.filter(({ state }) => state !== "done" && state !== "cancelled");
  const [first, second] = underWay;
  if (!first || second)
    throw new Error(
      first ? "More than one verification is under way. Use the page." : "No verification is under way.",
    );
  const path = `${at}/verifications/${encodeURIComponent(first.id)}`;
  const verification = await host.send<EncryptionVerification>("POST", path, { step });
  return { result: verification, text: printable(verificationIn(verification)) };
}

const STATES: Record<Encryption["state"], string> = {
  unused: "not in use: it saw no encrypted room yet",
  starting: "starting",
  on: "on",
  unavailable: "unavailable",
  offline: "the account is offline",
};
const IDENTITIES: Record<NonNullable<Encryption["identity"]>, string> = {
  none: "none yet: set-up makes it",
  here: "on this host",
  elsewhere: "not on this host: recover takes it in",
};

function shown({ state, reason, fingerprint, isVerified, identity, backup, verifications }: Encryption) {
  const rows = [["encryption", reason === null ? STATES[state] : `${STATES[state]}: ${reason}`]];
  if (fingerprint !== null) rows.push(["device", isVerified ? "verified" : "not verified"]);
  if (fingerprint !== null) rows.push(["fingerprint", fingerprint]);
  if (identity !== null) rows.push(["identity", IDENTITIES[identity]]);
  if (backup !== null)
    rows.push(["backup", backup.isOn ? `${backup.backedUp} of ${backup.total} room keys` : "off"]);
  const [first = [], ...others] = rows;
  return textTable(first, others) + verifications.map(verificationIn).join("");
}

function verificationIn({ userId, deviceId, state, emoji, cancelled }: EncryptionVerification): string {
  const who = deviceId === null ? userId : `${userId} (${deviceId})`;
  const seven = emoji?.map(({ symbol, name }) => `  ${symbol} ${name}`).join("\n");
  const said = {
    requested: `${who} asks to verify: "verify accept", or "verify cancel".`,
    waiting: `Waiting for ${who}.`,
    comparing: `Does ${who} see the same, in this order? "verify match", or "verify mismatch".\n${seven}`,
    matched: `Waiting for ${who} to say that they match.`,
    done: `Verified with ${who}.`,
    cancelled: `The verification with ${who} was cancelled${cancelled ? `: ${cancelled.reason}` : ""}.`,
  }[state];
  return `${said}\n`;
}
