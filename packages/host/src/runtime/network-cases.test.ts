import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createNetwork, type Network } from "./network.ts";

/*
 * The loopback has many addresses, and one server here listens on all of them. For the names below
 * `granted.test`, 127.0.0.2 stands for a public address: the operator named it. 127.0.0.9 is granted
 * as such. Whatever else is connected to must not be.
 */
const PUBLIC = "127.0.0.2";
const LITERAL = "127.0.0.9";
const DNS: Record<string, string[]> = {
  "granted.test": [PUBLIC],
  "api.granted.test": [PUBLIC],
  "private.granted.test": ["127.0.0.1"],
  "mixed.granted.test": [PUBLIC, "127.0.0.1"],
  "mixed6.granted.test": ["::1", PUBLIC],
  "mapped.granted.test": ["::ffff:127.0.0.1"],
  "zero.granted.test": ["0.0.0.0"],
  "none.granted.test": [],
  "other.test": [PUBLIC],
  "127.0.0.1.granted.test": ["127.0.0.1"],
  localhost: ["127.0.0.1"],
};

let port = 0;
let network: Network;
/** What the other side saw: where it was contacted, and what for. */
let seen: { address: string; host: string | undefined; path: string | undefined }[] = [];
const server = createServer((request, response) => {
  const address = request.socket.localAddress?.replace(/^::ffff:/, "") ?? "";
  seen.push({ address, host: request.headers.host, path: request.url });
  const to = URL.parse(request.url ?? "/", "http://any")?.searchParams.get("to");
  if (to !== null && to !== undefined) response.writeHead(302, { location: to }).end();
  else response.end("hello");
});

beforeAll(async () => {
  server.listen(0, "::");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
  network = createNetwork({
    privateHosts: { "granted.test": [PUBLIC], "*.granted.test": [PUBLIC] },
    resolve: async (name) =>
      (DNS[name] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  });
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  await network.close();
  server.closeAllConnections();
  server.close();
});

const granted = () => [`granted.test:${port}`, `*.granted.test:${port}`, `${LITERAL}:${port}`];

async function reach(url: string): Promise<string> {
  try {
    const { body } = await network.request(
      { url, method: "GET", signal: AbortSignal.timeout(2_000) },
      granted(),
    );
    return await body.text();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** `PORT` stands for the server's port. */
const REACHED: [url: string, why: string][] = [
  ["http://granted.test:PORT/", "it is granted"],
  ["http://GRANTED.test:PORT/", "names have no case"],
  ["http://gr\u00adanted.test:PORT/", "a soft hyphen is no part of a name"],
  ["http://ｇranted.test:PORT/", "a wide letter is a letter"],
  ["http://granted%2Etest:PORT/", "a percent-encoded dot is a dot"],
  ["http://granted。test:PORT/", "an ideographic full stop is a dot"],
  ["http:\\\\granted.test:PORT\\", "a backslash is a slash"],
  ["http:granted.test:PORT/", "slashes may lack"],
  [" http://granted.test:PORT/ ", "blanks around it are none of it"],
  ["ht\ntp://granted.test:PORT/", "line breaks are none of it"],
  ["http://granted.test:PORT/#http://other.test/", "a fragment leads nowhere"],
  ["http://granted.test:PORT/?x=http://127.0.0.1:PORT/", "a query leads nowhere"],
  ["http://granted.test:0PORT/", "a port is a number"],
  ["http://api.granted.test:PORT/", "it is below a granted name"],
  [`http://${LITERAL}:PORT/`, "the address is granted as such"],
  ["http://0x7f.9:PORT/", "the same address, in hexadecimal"],
  ["http://2130706441:PORT/", "the same address, as one number"],
  ["http://0177.0.0.011:PORT/", "the same address, in octal"],
  ["http://granted.test:PORT/?to=http://api.granted.test:PORT/", "a redirect stays on granted hosts"],
];
const REFUSED: [url: string, code: string, why: string][] = [
  ["", "PERMISSION_DENIED", "it is nothing"],
  ["nonsense", "PERMISSION_DENIED", "it is no URL"],
  ["//granted.test:PORT/", "PERMISSION_DENIED", "it has no scheme"],
  ["file:///etc/passwd", "PERMISSION_DENIED", "it is a file"],
  ["ftp://granted.test:PORT/", "PERMISSION_DENIED", "it is another scheme"],
  ["ws://granted.test:PORT/", "PERMISSION_DENIED", "fetch opens no WebSocket"],
  ["gopher://granted.test:PORT/", "PERMISSION_DENIED", "it is another scheme"],
  ["data:text/plain,hi", "PERMISSION_DENIED", "it leads nowhere"],
  ["blob:http://granted.test:PORT/x", "PERMISSION_DENIED", "it is another scheme"],
  ["javascript:alert(1)//granted.test:PORT", "PERMISSION_DENIED", "it is another scheme"],
  ["http://granted.test/", "PERMISSION_DENIED", "another port"],
  ["https://granted.test/", "PERMISSION_DENIED", "another port"],
  ["http://granted.test:99999/", "PERMISSION_DENIED", "no port"],
  ["http://granted.test:-1/", "PERMISSION_DENIED", "no port"],
  ["http://granted.test.:PORT/", "PERMISSION_DENIED", "a name with a dot at its end is another"],
  ["http://.granted.test:PORT/", "PERMISSION_DENIED", "an empty label is no name"],
  ["http://granted.test.other.test:PORT/", "PERMISSION_DENIED", "it only begins like it"],
  ["http://evilgranted.test:PORT/", "PERMISSION_DENIED", "it only ends like it"],
  ["http://granted.test@other.test:PORT/", "PERMISSION_DENIED", "the host is what comes after the @"],
  [
    "http://granted.test:PORT@other.test:PORT/",
    "PERMISSION_DENIED",
    "the host is what comes after the last @",
  ],
  ["http://other.test:PORT/?granted.test", "PERMISSION_DENIED", "a query is no host"],
  ["http://other.test:PORT#@granted.test", "PERMISSION_DENIED", "a fragment is no host"],
  ["http://other.test\\@granted.test:PORT/", "PERMISSION_DENIED", "the host ends at the backslash"],
  ["http://user@granted.test:PORT/", "PERMISSION_DENIED", "it has a user name"],
  ["http://user:word@granted.test:PORT/", "PERMISSION_DENIED", "it has a password"],
  ["http://:word@granted.test:PORT/", "PERMISSION_DENIED", "it has a password"],
  ["http://granted.tеst:PORT/", "PERMISSION_DENIED", "a Cyrillic е is another letter"],
  ["http://xn--granted-.test:PORT/", "PERMISSION_DENIED", "it is no Punycode of it"],
  ["http://granted%00.test:PORT/", "PERMISSION_DENIED", "a zero byte is in no name"],
  ["http://granted.test%20:PORT/", "PERMISSION_DENIED", "a blank is in no name"],
  ["http://granted.test%0d%0ax:PORT/", "PERMISSION_DENIED", "a line break is in no name"],
  ["http://other.test:PORT/", "PERMISSION_DENIED", "it was not granted"],
  ["http://localhost:PORT/", "PERMISSION_DENIED", "it was not granted"],
  ["http://127.0.0.1:PORT/", "PERMISSION_DENIED", "it was not granted"],
  ["http://127.1:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://127.1.:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://0x7f.1:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://0x7f000001:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://0177.1:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://2130706433:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://①②⑦.⓪.⓪.①:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://127。0。0。1:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1"],
  ["http://0:PORT/", "PERMISSION_DENIED", "it is 0.0.0.0"],
  ["http://0x:PORT/", "PERMISSION_DENIED", "it is 0.0.0.0"],
  ["http://0.0.0.0:PORT/", "PERMISSION_DENIED", "it is this machine"],
  ["http://256.0.0.1:PORT/", "PERMISSION_DENIED", "it is no address"],
  ["http://127.0.0.9.1:PORT/", "PERMISSION_DENIED", "it is no address"],
  ["http://[::]:PORT/", "PERMISSION_DENIED", "it is this machine"],
  ["http://[::1]:PORT/", "PERMISSION_DENIED", "it was not granted"],
  ["http://[::ffff:7f00:1]:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1, mapped"],
  [
    "http://[::ffff:127.0.0.9]:PORT/",
    "PERMISSION_DENIED",
    "a mapped address is not the one that was granted",
  ],
  ["http://[::127.0.0.1]:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1, compatible"],
  ["http://[64:ff9b::7f00:1]:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1 behind NAT64"],
  ["http://[2002:7f00:1::]:PORT/", "PERMISSION_DENIED", "it is 127.0.0.1 in 6to4"],
  ["http://[2001:0:7f00:1::]:PORT/", "PERMISSION_DENIED", "it is in Teredo"],
  ["http://[fe80::1%25lo]:PORT/", "PERMISSION_DENIED", "it has a zone"],
  ["http://private.granted.test:PORT/", "PERMISSION_DENIED", "it resolves to 127.0.0.1"],
  ["http://127.0.0.1.granted.test:PORT/", "PERMISSION_DENIED", "it resolves to 127.0.0.1"],
  ["http://mixed.granted.test:PORT/", "PERMISSION_DENIED", "one of its addresses is private"],
  ["http://mixed6.granted.test:PORT/", "PERMISSION_DENIED", "one of its addresses is private"],
  ["http://mapped.granted.test:PORT/", "PERMISSION_DENIED", "it resolves to 127.0.0.1, mapped"],
  ["http://zero.granted.test:PORT/", "PERMISSION_DENIED", "it resolves to this machine"],
  ["http://none.granted.test:PORT/", "NETWORK_FAILED", "it has no address"],
];
/** From a granted host, which is contacted, to where nobody may be. */
const REDIRECTED: [to: string, why: string][] = [
  ["http://127.0.0.1:PORT/", "this machine"],
  ["http://[::ffff:7f00:1]:PORT/", "this machine, mapped"],
  ["http://[::1]:PORT/", "this machine"],
  ["//127.0.0.1:PORT/", "this machine, by the same scheme"],
  ["http://0x7f.1:PORT/", "this machine, in hexadecimal"],
  ["\\\\127.0.0.1:PORT", "this machine, with backslashes"],
  ["http://private.granted.test:PORT/", "a granted name that resolves to this machine"],
  ["http://mixed.granted.test:PORT/", "a granted name with a private address among public ones"],
  ["http://other.test:PORT/", "what was not granted"],
  ["http://user:word@api.granted.test:PORT/", "a password"],
  ["file:///etc/passwd", "a file"],
  ["http://[", "no address"],
];
const withPort = (text: string) => text.replaceAll("PORT", String(port));

test.each(REACHED)("%s is reached: %s", async (url) => {
  expect(await reach(withPort(url))).toBe("hello");
  for (const { address, host } of seen) {
    expect([PUBLIC, LITERAL]).toContain(address);
    expect(host).toMatch(/(^|\.)granted\.test:|^127\.0\.0\.9:/);
  }
});

test.each(REFUSED)("%s is refused with %s: %s", async (url, code) => {
  expect(await reach(withPort(url))).toBe(code);
  expect(seen).toEqual([]);
});

test.each(REDIRECTED)("a redirect to %s is refused: %s", async (to) => {
  const url = `http://granted.test:${port}/?to=${encodeURIComponent(withPort(to))}`;
  expect(await reach(url)).toBe("PERMISSION_DENIED");
  expect(seen).toMatchObject([{ address: PUBLIC, host: `granted.test:${port}` }]);
});

test("whatever a plugin asks for, only granted hosts at allowed addresses are contacted", async () => {
  const part = fc.constantFrom(
    ...["granted.test", "api.granted.test", "private.granted.test", "mixed.granted.test", "other.test"],
    ...["localhost", "127.0.0.1", LITERAL, PUBLIC, "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::]"],
    ...[
      "[::ffff:7f00:1]",
      "①②⑦.1",
      ".",
      "@",
      ":",
      "/",
      "\\",
      "#",
      "?",
      "%2e",
      "%40",
      "%00",
      "user",
      "\u00ad",
    ],
    ...["\t", "\n", " ", "xn--", "*", "GRANTED.test", "to="],
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: part },
    { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
  );
  const host = fc.array(name, { minLength: 1, maxLength: 4 });
  const scheme = fc.constantFrom("http://", "http://", "HTTP:\\\\", "http:", "https://", "//", "ws://", "");
  const tail = fc.constantFrom(
    "",
    "/",
    "/?to=http://127.0.0.1:PORT/",
    "/?to=//[::1]:PORT/",
    "/?to=//private.granted.test:PORT",
  );
  let reached = 0;
  await fc.assert(
    fc.asyncProperty(scheme, host, tail, async (start, parts, end) => {
      seen = [];
      const result = await reach(`${start}${parts.join("")}:${port}${withPort(end)}`);
      expect(["hello", "PERMISSION_DENIED", "NETWORK_FAILED", "BAD_REQUEST"]).toContain(result);
      if (result === "hello") expect(seen.length).toBeGreaterThan(0);
      reached += seen.length;
      for (const { address, host: asked } of seen) {
        const isNamed = /(^|\.)granted\.test:\d+$/.test(asked ?? "") && address === PUBLIC;
        expect(
          isNamed || (asked === `${LITERAL}:${port}` && address === LITERAL),
          `${asked} at ${address}`,
        ).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(reached).toBeGreaterThan(10);
}, 60_000);
