import { BlockList, isIP } from "node:net";

/**
 * Addresses that are no part of the public internet: loopback, private, link-local, shared,
 * multicast and reserved ranges (IANA special-purpose registries, RFC 6890).
 */
const special = new BlockList();
for (const [net, bits] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
  ] as const),
  ...([
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
  ] as const),
  ...([
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const),
]) {
  special.addSubnet(net, bits, "ipv4");
}
for (const [net, bits] of [
  ...([
    ["::", 96],
    ["64:ff9b::", 96],
    ["64:ff9b:1::", 48],
    ["100::", 64],
    ["2001::", 23],
    ["2001:db8::", 32],
  ] as const),
  ...([
    ["2002::", 16],
    ["3fff::", 20],
    ["5f00::", 16],
    ["fc00::", 7],
    ["fe80::", 10],
    ["ff00::", 8],
  ] as const),
]) {
  special.addSubnet(net, bits, "ipv6");
}

/** Whether an IP address (as text) lies on the public internet. Mapped IPv4 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const family = isIP(plain);
  if (family === 0) return false;
  return !special.check(plain, family === 4 ? "ipv4" : "ipv6");
}

/** Whether a host name (or `host:port`) is one of the granted globs: `*.example.org` or `example.org`. */
export function isGrantedHost(url: URL, globs: readonly string[]): boolean {
  const port = url.port === "" ? (url.protocol === "http:" ? "80" : "443") : url.port;
  return globs.some((glob) => {
    const [name = "", globPort = "443"] = glob.split(":");
    if (globPort !== port) return false;
    return name.startsWith("*.") ? url.hostname.endsWith(name.slice(1)) : url.hostname === name;
  });
}
