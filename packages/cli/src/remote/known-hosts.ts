import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** A host that `rookery login` was done at. */
export interface KnownHost {
  /** Such as `http://127.0.0.1:29316`. */
  url: string;
  token: string;
  /** The token's name in `GET /tokens`. */
  tokenId: string;
  user: string;
  role: string;
  /** ISO 8601 */
  expiresAt: string;
}

/** `$XDG_CONFIG_HOME/rookery/hosts.json`: holds tokens, so that only its owner may read it. */
export function knownHostsFile(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "rookery", "hosts.json");
}

/** The last one that was logged in at comes first. @throws Error where the file cannot be understood */
export async function readKnownHosts(file: string): Promise<KnownHost[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    const { hosts } = JSON.parse(text) as { hosts: KnownHost[] };
    if (!Array.isArray(hosts) || !hosts.every(isKnownHost)) throw new SyntaxError();
    return hosts;
  } catch {
    throw new Error(`${file} is not what "rookery login" wrote. Remove it, and log in again.`);
  }
}

export async function writeKnownHosts(file: string, hosts: readonly KnownHost[]): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(part, `${JSON.stringify({ hosts }, null, 2)}\n`, { mode: 0o600 });
  await rename(part, file);
}

function isKnownHost(value: unknown): value is KnownHost {
  const host = value as Partial<Record<keyof KnownHost, unknown>> | null;
  const texts = [host?.url, host?.token, host?.tokenId, host?.user, host?.role, host?.expiresAt];
  return texts.every((text) => typeof text === "string");
}
