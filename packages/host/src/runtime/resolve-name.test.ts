import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startDnsServer } from "../testing/dns-server.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createNameResolver } from "./resolve-name.ts";

test("a name is resolved to all its addresses, of both families", async () => {
  const dns = await startDnsServer(() => ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
  const resolve = createNameResolver({ servers: [dns.server] });
  expect(await resolve("example.test")).toEqual([
    { address: "2001:db8::1", family: 6 },
    { address: "192.0.2.1", family: 4 },
    { address: "192.0.2.2", family: 4 },
  ]);
});

test("the hosts file comes first, and the machine's own name is asked of nobody", async () => {
  const dns = await startDnsServer(() => ["192.0.2.1"]);
  const hostsFile = join(temporaryDirectory(), "hosts");
  writeFileSync(hostsFile, "10.0.0.1 git.test GIT2.test # 10.0.0.2 no.test\n::1 git.test\nnonsense x.test\n");
  const resolve = createNameResolver({ servers: [dns.server], hostsFile });
  expect(await resolve("git.test")).toEqual([
    { address: "10.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ]);
  expect(await resolve("git2.test")).toEqual([{ address: "10.0.0.1", family: 4 }]);
  expect(await resolve("a.localhost")).toEqual([{ address: "127.0.0.1", family: 4 }]);
  expect(dns.asked).toEqual([]);
  expect(await resolve("no.test")).toEqual([{ address: "192.0.2.1", family: 4 }]);
});

test("a name without an address, and a name server that keeps silent, are errors", async () => {
  const dns = await startDnsServer((name) => (name === "silent.test" ? null : []));
  const resolve = createNameResolver({ servers: [dns.server], timeoutMs: 50 });
  await expect(resolve("empty.test")).rejects.toMatchObject({ code: "ENODATA" });
  await expect(resolve("silent.test")).rejects.toMatchObject({ code: "ETIMEOUT" });
});

test("a name server that keeps silent holds up nobody who asks for another name", async () => {
  const dns = await startDnsServer((name) => (name.startsWith("silent") ? null : ["192.0.2.1"]));
  const resolve = createNameResolver({ servers: [dns.server], timeoutMs: 1_000 });
  let over = false;
  const silent = Array.from({ length: 50 }, (_, n) => resolve(`silent${n}.test`).catch(() => (over = true)));
  expect(await resolve("example.test")).toHaveLength(1);
  expect(over).toBe(false);
  await Promise.all(silent);
});
