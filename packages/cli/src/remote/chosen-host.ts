import { resolve } from "node:path";
import { UsageError } from "../command.ts";
import { type Api, openApi, SOCKET } from "./api.ts";
import { knownHostsFile, readKnownHosts } from "./known-hosts.ts";

/** The option of every command that asks a host. */
export const HOST_OPTION = { host: { type: "string" } } as const;

/**
 * The host that a command is for: `--host`, else `ROOKERY_HOST`, else the one that was last logged in at; with the
 * token in `ROOKERY_TOKEN`, else the one that the login left.
 *
 * @throws Error that says how to log in
 */
export async function chosenHost(named: string | undefined, env: NodeJS.ProcessEnv): Promise<Api> {
  const wanted = named ?? (env.ROOKERY_HOST || undefined);
  const url = wanted === undefined ? undefined : hostUrl(wanted);
  const hosts = await readKnownHosts(knownHostsFile(env));
  const known = url === undefined ? hosts[0] : hosts.find((host) => host.url === url);
  const token = env.ROOKERY_TOKEN || known?.token;
  const at = url ?? known?.url;
  if (at === undefined) {
    throw new Error('Which host? Log in at one first: "rookery login http://127.0.0.1:29316".');
  }
  if (token === undefined) {
    throw new Error(`You are not logged in at ${at}: "rookery login ${at}", or set ROOKERY_TOKEN.`);
  }
  return openApi(at, { authorization: `Bearer ${token}` });
}

/** The origin of an address as a person types it; without a scheme it is `http`. A path is a Unix socket's. */
export function hostUrl(typed: string): string {
  if (/^(unix:|\.{0,2}\/)/.test(typed)) return SOCKET + resolve(typed.replace(/^unix:(\/\/)?/, ""));
  const url = URL.parse(/^[a-z]+:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `"${typed}" is no address of a host, such as http://127.0.0.1:29316 or unix:/run/rookery.sock.`,
    );
  }
  return url.origin;
}
