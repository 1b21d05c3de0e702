import { BlockList, isIP } from "node:net";
import { AppError } from "../errors.ts";

/**
 * Addresses that are no part of the public internet: loopback, private, link-local, shared, multicast
 * and reserved ranges (IANA special-purpose registries, RFC 6890). Of IPv6, only 2000::/3 is given out.
 */
const special = toRanges([
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  ...["::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
]);

/** One list for each family: in a common one, `::/3` would hold all IPv4 addresses, which it sees as mapped. */
export interface Ranges {
  ipv4: BlockList;
  ipv6: BlockList;
}

/** Ranges of addresses: `10.0.0.0/8`, `fd00::/8`, or one address. @throws AppError `CONFIG_INVALID` */
export function toRanges(texts: readonly string[]): Ranges {
  const ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const [net = "", given, more] = text.split("/");
    const family = isIP(net) === 4 ? "ipv4" : "ipv6";
    const most = family === "ipv4" ? 32 : 128;
    const bits = given ?? String(most);
    if (
      more !== undefined ||
      isIP(net) === 0 ||
      net.includes("%") ||
      !/^\d{1,3}$/.test(bits) ||
      Number(bits) > most
    ) {
      const message = `"${text}" (network.privateHosts) is not a range of addresses such as 10.0.0.0/8 or fd00::/8.`;
      throw new AppError("CONFIG_INVALID", message);
    }
    ranges[family].addSubnet(net, Number(bits), family);
  }
  return ranges;
}

/** Whether an address lies in one of these ranges, in whichever way it is written. */
export function isWithin(address: string, ranges: Ranges): boolean {
  const plain = plainAddress(address);
  if (plain === null) return false;
  const family = isIP(plain) === 4 ? "ipv4" : "ipv6";
  return ranges[family].check(plain, family);
}

/** Whether an IP address (as text) lies on the public internet. */
export function isPublicAddress(address: string): boolean {
  const plain = plainAddress(address);
  return plain !== null && !isWithin(plain, special);
}

/** IPv4 in IPv6's clothes: mapped (RFC 4291), and what a NAT64 gateway makes IPv4 of (RFC 6052). */
const IPV4_WITHIN = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** The one way to write an address; one that stands for an IPv4 address is that. `null` for what is none. */
export function plainAddress(address: string): string | null {
  const family = isIP(address);
  // A zone (`fe80::1%eth0`) picks an interface of this machine; none belongs to a public address.
  if (family === 0 || address.includes("%")) return null;
  if (family === 4) return address;
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high, low] = IPV4_WITHIN.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
