import { BlockList, isIP } from "node:net";

/**
 * Addresses that are no part of the public internet: loopback, private, link-local, shared, multicast
 * and reserved ranges (IANA special-purpose registries, RFC 6890). Of IPv6, only 2000::/3 is given out.
 */
const SPECIAL = {
  ipv4: `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4`,
  ipv6: "::/3 4000::/2 8000::/1 2001::/23 2001:db8::/32 2002::/16 3fff::/20",
};
const special = { ipv4: blockList("ipv4"), ipv6: blockList("ipv6") };

function blockList(family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of SPECIAL[family].split(/\s+/)) {
    const [net = "", bits] = subnet.split("/");
    list.addSubnet(net, Number(bits), family);
  }
  return list;
}

/** Whether an IP address (as text) lies on the public internet. Mapped IPv4 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const family = isIP(plain);
  if (family === 0) return false;
  return family === 4 ? !special.ipv4.check(plain, "ipv4") : !special.ipv6.check(plain, "ipv6");
}

/** Whether a URL's host and port are one of the granted globs: `*.example.org`, `example.org:8443`. */
export function isGrantedHost(url: URL, globs: readonly string[]): boolean {
  const port = url.port === "" ? (url.protocol === "http:" ? "80" : "443") : url.port;
  return globs.some((glob) => {
    const [name = "", globPort = "443"] = glob.split(":");
    if (globPort !== port) return false;
    if (!name.startsWith("*.")) return url.hostname === name;
    // `*.1` must not be a way to say 127.0.0.1.
    return url.hostname.endsWith(name.slice(1)) && isIP(url.hostname) === 0;
  });
}
