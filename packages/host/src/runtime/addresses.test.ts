import { expect, test } from "vitest";
import { isPublicAddress } from "./addresses.ts";
import { isGrantedHost } from "./granted-hosts.ts";

test.each([
  ...["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1"],
  ...["198.17.0.1", "198.20.0.1", "223.255.255.255", "::ffff:8.8.8.8", "::FFFF:808:808"],
  ...["2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2400::1"],
  // What a NAT64 gateway makes of a public IPv4 address.
  "64:ff9b::8.8.8.8",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  // This machine, private networks, shared ones of providers.
  ...["0.0.0.0", "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  "100.64.0.1",
  // Link-local, the cloud's metadata among them.
  ...["169.254.1.1", "169.254.169.254"],
  // Documentation, benchmarks, relays, multicast, reserved, broadcast.
  ...["192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1", "224.0.0.1"],
  ...["240.0.0.1", "255.255.255.255"],
  // The same in IPv6, and IPv4 in its clothes.
  ...["::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "100::1"],
  ...["2001:db8::1", "3fff::1", "5f00::1", "4000::1"],
  ...["::ffff:127.0.0.1", "::FFFF:10.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:1", "::127.0.0.1"],
  ...["64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::"],
  ...["64:ff9b::192.168.0.1", "64:ff9b:0:0:0:0:a9fe:a9fe", "::ffff:0:8.8.8.8", "2606:4700::1111%lo"],
  // No address at all.
  ...["", "localhost", "example.org", "127.1", "2130706433", "1.2.3.4.5", "1.1.1.1:80", "[::1]"],
])("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

const granted = (url: string, ...globs: string[]) => isGrantedHost(new URL(url), globs);

test.each([
  ["https://example.org/a?b", "example.org"],
  ["https://EXAMPLE.org/", "example.org"],
  ["https://cdn.example.org/", "*.example.org"],
  ["https://a.b.example.org/", "*.example.org"],
  ["https://example.org:8443/", "example.org:8443"],
  ["http://example.org/", "example.org:80"],
  ["http://192.168.1.5:8080/", "192.168.1.5:8080"],
  ["https://user:word@example.org/", "example.org"],
  ["wss://example.org/", "example.org"],
  ["ws://example.org/", "example.org:80"],
  ["https://b\u00fccher.example/", "xn--bcher-kva.example"],
])("%s is granted by %s", (url, glob) => {
  expect(granted(url, "other.example", glob)).toBe(true);
});

test.each([
  ["https://example.org/", "*.example.org"],
  ["https://evilexample.org/", "*.example.org"],
  ["https://evilexample.org/", "example.org"],
  ["https://example.org.evil.example/", "example.org"],
  ["https://example.org./", "example.org"],
  ["https://example.org@evil.example/", "example.org"],
  ["https://example.org:8443/", "example.org"],
  ["http://example.org/", "example.org"],
  ["http://example.org:443/", "example.org"],
  ["ws://example.org/", "example.org"],
  ["ws://example.org:443/", "example.org"],
  ["https://.example.org/", "*.example.org"],
  ["https://example.org./", "*.example.org"],
  ["https://[::1]/", "*.1"],
  ["https://example.org/", "example.org:8443"],
  ["https://127.0.0.1/", "*.1"],
  ["https://2130706433/", "2130706433"],
])("%s is not granted by %s", (url, glob) => {
  expect(granted(url, glob)).toBe(false);
});

test("nothing is granted by nothing", () => {
  expect(granted("https://example.org/")).toBe(false);
});
