import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
/** Cheap on purpose (about 2 ms): tests log in hundreds of times. */
const COST = { N: 1024 };

/** Of users of application services: nobody can log in as them. */
export const NO_PASSWORD = "";

/** A salted scrypt hash of the password, as `salt.hash` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32, COST);
  return `${salt.toString("base64url")}.${hash.toString("base64url")}`;
}

/** Whether the password is the one that was hashed. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  if (stored === NO_PASSWORD) return false;
  const [salt = "", hash = ""] = stored.split(".");
  const derived = await derive(password, Buffer.from(salt, "base64url"), 32, COST);
  return timingSafeEqual(derived, Buffer.from(hash, "base64url"));
}
