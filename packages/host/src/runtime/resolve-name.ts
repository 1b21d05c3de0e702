import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

/** Asks for all addresses of a name. @throws Error with a `code` such as `ENOTFOUND` or `ETIMEOUT` */
export type ResolveName = (name: string) => Promise<LookupAddress[]>;

/**
 * Resolves names by the hosts file and DNS, as the machine is set up for. Not by the system's own
 * look-up: that takes one of a few threads which the whole host shares for as long as a stranger's
 * name server keeps silent, and every other look-up would wait.
 *
 * @param options.servers name servers (`127.0.0.1:5353`) instead of the machine's
 */
export function createNameResolver(
  options: { servers?: string[]; hostsFile?: string; timeoutMs?: number } = {},
): ResolveName {
  const { servers, hostsFile = "/etc/hosts", timeoutMs = 2_000 } = options;

  return async (name) => {
    const named = addressesIn(await readFile(hostsFile, "utf8").catch(() => ""), name);
    if (named.length > 0) return named;
    // RFC 6761: never asked of a name server.
    if (isLocalName(name)) return [{ address: "127.0.0.1", family: 4 }];
    // Made anew for each name: which servers a machine asks changes while it runs.
    const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers) resolver.setServers(servers);
    const [ipv6, ipv4] = await Promise.allSettled([resolver.resolve6(name), resolver.resolve4(name)]);
    if (ipv6.status === "rejected" && ipv4.status === "rejected") throw ipv4.reason;
    return [ipv6, ipv4]
      .flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []))
      .map(toLookup);
  };
}

/** Whether a name means the machine itself, wherever it is asked. */
export function isLocalName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

function addressesIn(hosts: string, name: string): LookupAddress[] {
  return hosts.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const isMeant = isIP(address) !== 0 && names.some((each) => each.toLowerCase() === name);
    return isMeant ? [toLookup(address)] : [];
  });
}

function toLookup(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
