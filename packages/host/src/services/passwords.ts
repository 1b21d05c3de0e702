import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

/** Argon2id with the second recommended option of RFC 9106: 64 MiB, 3 passes, 4 lanes. */
const COST = { parallelism: 4, tagLength: 32, memory: 65_536, passes: 3 };

/** A password as it is stored: `argon2id$<salt>$<tag>`, both base64. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive("argon2id", { message: password, nonce, ...COST });
  return `argon2id$${nonce.toString("base64")}$${tag.toString("base64")}`;
}

/** Whether a password is the stored one. Takes as long for an unknown user (`stored` undefined). */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const [kind, nonce, tag] = (stored ?? "").split("$");
  const known = kind === "argon2id" && nonce !== undefined && tag !== undefined;
  const salt = known ? Buffer.from(nonce, "base64") : Buffer.alloc(16);
  const expected = known ? Buffer.from(tag, "base64") : Buffer.alloc(32);
  const actual = await derive("argon2id", { message: password, nonce: salt, ...COST });
  return timingSafeEqual(actual, expected) && known;
}
