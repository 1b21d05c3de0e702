import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError, reasonOf } from "../errors.ts";

/** Where the files of secrets are looked for. */
export interface Places {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * Where a secret lies: a name without a slash is one of systemd's credentials (`LoadCredential=`), where there is such
 * a one; everything else a path, relative to where the host was started.
 */
export function secretPath(file: string, { env, cwd }: Places): string {
  const folder = env.CREDENTIALS_DIRECTORY;
  if (folder && !file.includes("/")) {
    const credential = join(folder, file);
    if (existsSync(credential)) return credential;
  }
  return resolve(cwd, file);
}

/**
 * Reads a secret without the line break at its end.
 *
 * @param file as `secretPath` gave it
 * @param what such as `accounts.bot.passwordFile`
 * @throws AppError `SECRET_UNREADABLE`
 */
export function readSecret(file: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    const how = "Let Rookery's user read it, or name it in LoadCredential= of its unit.";
    throw new AppError("SECRET_UNREADABLE", `${what} cannot be read: ${reasonOf(cause)}. ${how}`, { cause });
  }
  if (text === "") throw new AppError("SECRET_UNREADABLE", `${what}: ${file} is empty.`);
  return text;
}
