import { isIP } from "node:net";

const SECURE = ["https:", "wss:"];

/** Whether an address is on an encrypted connection. */
export function isSecure({ protocol }: URL): boolean {
  return SECURE.includes(protocol);
}

/**
 * Whether a URL's host and port are one of the granted globs: `*.example.org`, `example.org:8443`.
 * A glob without a port means the port 443 and encryption; one with a port means both kinds.
 */
export function isGrantedHost(url: URL, globs: readonly string[]): boolean {
  const port = url.port === "" ? (isSecure(url) ? "443" : "80") : url.port;
  return globs.some((glob) => {
    const [name = "", globPort] = glob.split(":");
    if (globPort === undefined ? !isSecure(url) || port !== "443" : globPort !== port) return false;
    return isNameOf(url.hostname, name);
  });
}

/** Whether a host's name is this one, or below it for `*.example.org`. Both as a URL writes them. */
export function isNameOf(hostname: string, glob: string): boolean {
  if (!glob.startsWith("*.")) return hostname === glob;
  // `*.1` must not be a way to say 127.0.0.1.
  return hostname.endsWith(glob.slice(1)) && hostname.length >= glob.length && isIP(hostname) === 0;
}
