import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import { createCheckedLookup } from "./checked-lookup.ts";

function lookup(
  addresses: string[],
  privateHosts: Record<string, string[]> = {},
  all = true,
  name = "a.test",
) {
  const check = createCheckedLookup({
    resolve: async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    privateHosts,
    ownAddresses: () => ["203.0.114.7", "2a00:1450::7"],
  });
  return new Promise<LookupAddress[] | string>((resolve, reject) => {
    check(name, { all }, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

const refused = (message: string) => ({
  ...{ code: "PERMISSION_DENIED", message: expect.stringContaining(message) },
});

test("a name's public addresses are given as they were found", async () => {
  expect(await lookup(["1.1.1.1", "2606:4700::1111"])).toEqual([
    { address: "1.1.1.1", family: 4 },
    { address: "2606:4700::1111", family: 6 },
  ]);
  expect(await lookup(["1.1.1.1", "8.8.8.8"], {}, false)).toBe("1.1.1.1");
});

test.each([
  ["one private among public ones", ["1.1.1.1", "10.0.0.1"], "10.0.0.1, which is not a public address"],
  ["one private among public ones, of the other family", ["1.1.1.1", "fd00::1"], "fd00::1, which is not"],
  ["the cloud's metadata", ["169.254.169.254"], "which is not a public address"],
  ["loopback, mapped", ["::ffff:127.0.0.1"], "which is not a public address"],
  ["this machine's public address", ["203.0.114.7"], "which is this machine's own address"],
  ["the same, mapped", ["::ffff:203.0.114.7"], "which is this machine's own address"],
  ["the same in IPv6, written otherwise", ["2A00:1450:0::0007"], "which is this machine's own address"],
])("%s is refused", async (_what, addresses, message) => {
  await expect(lookup(addresses)).rejects.toMatchObject(refused(message));
});

test("a name without any address is an error", async () => {
  await expect(lookup([])).rejects.toMatchObject({ code: "NETWORK_FAILED" });
});

test("of a hundred addresses some are never tried, and yet all are checked", async () => {
  const many = Array.from({ length: 100 }, (_, n) => `1.1.1.${n}`);
  expect(await lookup(many)).toHaveLength(16);
  await expect(lookup([...many, "10.0.0.1"])).rejects.toMatchObject(refused("10.0.0.1"));
});

test("a private address is allowed where the operator named both the name and the address", async () => {
  const named = { "*.intra.test": ["10.1.0.0/16", "fd00::/8"], "own.test": ["203.0.114.7"] };
  expect(await lookup(["10.1.2.3", "fd12::1"], named, true, "git.intra.test")).toHaveLength(2);
  expect(await lookup(["203.0.114.7"], named, true, "own.test")).toHaveLength(1);
  await expect(lookup(["10.2.0.1"], named, true, "git.intra.test")).rejects.toMatchObject(
    refused("10.2.0.1"),
  );
  await expect(lookup(["10.1.2.3"], named, true, "intra.test")).rejects.toMatchObject(refused("10.1.2.3"));
  await expect(lookup(["10.1.2.3"], named, true, "evil.test")).rejects.toMatchObject(refused("10.1.2.3"));
});

test.each(["10.0.0.0/33", "example.org", "10.0.0.0/", "fe80::1%eth0", "10.0.0.0/8/8x", ""])(
  "%j is no range, which the operator learns at the start",
  (range) => {
    expect(() => createCheckedLookup({ resolve: async () => [], privateHosts: { a: [range] } })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  },
);
