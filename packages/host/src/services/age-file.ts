import { type Places, readSecret, secretPath } from "../config/credentials.ts";
import { AppError, reasonOf } from "../errors.ts";

/** How a file begins that is encrypted as age has it (age-encryption.org/v1). */
export const AGE_START = Buffer.from("age-encryption.org/v1\n");
/** What comes before the encrypted bytes; a post-quantum recipient takes 2 KiB of it. */
const MAX_HEADER = 1024 * 1024;

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Encrypts to recipients, each of whom can decrypt it by the identity that belongs to theirs. Memory does not grow with it.
 *
 * @param recipients `age1…`, `age1pq1…`; at least one
 * @throws AppError `RECIPIENT_INVALID`
 */
export async function encryptorFor(recipients: readonly string[]): Promise<(source: Bytes) => Bytes> {
  // Loaded for those who use it alone.
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      const text = `"${recipient}" is no recipient of age's (${reasonOf(cause)}). One begins with age1 and comes from age-keygen; SSH keys are none.`;
      throw new AppError("RECIPIENT_INVALID", text, { cause });
    }
  }
  return async function* encrypt(source) {
    yield* await encrypter.encrypt(ReadableStream.from(source));
  };
}

/** @throws AppError `RECIPIENT_INVALID` for the first that is none */
export async function checkRecipients(recipients: readonly string[]): Promise<void> {
  if (recipients.length > 0) await encryptorFor(recipients);
}

/**
 * Decrypts what was encrypted, by Rookery or by age. What was cut off or changed is found when that is read: what was read before is
 * as it was written.
 *
 * @param identities as `readIdentities` gives them
 * @param broken makes the error for what is not what age wrote
 * @throws AppError (when it is read) `BACKUP_ENCRYPTED` without an identity, `IDENTITY_WRONG` where none opens it
 */
export async function* decrypt(
  source: Bytes,
  identities: readonly string[],
  broken: (why: string) => AppError,
): AsyncGenerator<Uint8Array> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  // The last that is asked: nobody before it could.
  decrypter.addIdentity({
    unwrapFileKey: ({ length }) => {
      throw notOpened(length, identities.length);
    },
  });
  let isOpen = false;
  async function* bounded(): Bytes {
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      if (!isOpen && size - chunk.length > MAX_HEADER) throw broken("its header does not end");
      yield chunk;
    }
  }
  try {
    const plain = await decrypter.decrypt(ReadableStream.from(bounded()));
    isOpen = true;
    yield* plain;
  } catch (error) {
    // What the disk says has a code.
    if (error instanceof AppError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    const what = isOpen ? "it was cut off, or changed, after it was encrypted" : "its header is not age's";
    throw broken(`${what} (${reasonOf(error)})`);
  }
}

function notOpened(recipients: number, identities: number): AppError {
  const whom = recipients === 1 ? "one recipient" : `${recipients} recipients`;
  if (identities > 0) {
    const text = `It is encrypted to ${whom}, and ${identities === 1 ? "the identity is not theirs" : "none of the identities is theirs"}. Nothing was changed.`;
    return new AppError("IDENTITY_WRONG", text);
  }
  const text = `It is encrypted to ${whom}: that much can be seen. What is in it, and whether it is whole, can be told with an identity alone: name its file with --identity.`;
  return new AppError("BACKUP_ENCRYPTED", text);
}

/**
 * The identities in files as age-keygen writes them.
 *
 * @param files paths, or names of systemd's credentials
 * @throws AppError `SECRET_UNREADABLE`; what is in a file is not in its message
 */
export async function readIdentities(files: readonly string[], places: Places): Promise<string[]> {
  const identities: string[] = [];
  for (const file of files) identities.push(...(await identitiesIn(secretPath(file, places))));
  return identities;
}

async function identitiesIn(path: string): Promise<string[]> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  const lines = readSecret(path, "--identity").split("\n");
  const identities = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length === 0) throw new AppError("SECRET_UNREADABLE", `--identity: ${path} has none.`);
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch (cause) {
      const text = `--identity: ${path} has a line that is no identity of age's. One begins with AGE-SECRET-KEY-; a file that is encrypted itself is decrypted first.`;
      throw new AppError("SECRET_UNREADABLE", text, { cause });
    }
  }
  return identities;
}
