import { describe, expect, test } from "vitest";
import { cookieFile, cookieHealth, readCookies } from "./cookies.ts";

const END = Date.UTC(2027, 0, 1) / 1000;
const FILE = `# Netscape HTTP Cookie File
# https://curl.haxx.se/rfc/cookie_spec.html

#HttpOnly_.instagram.com\tTRUE\t/\tTRUE\t${END}\tsessionid\t123%3Aabc%3A1
.instagram.com\tTRUE\t/\tFALSE\t0\tcsrftoken\txyz
`;
const SESSION = { domain: "instagram.com", needed: "sessionid" };
const read = (text: string) => readCookies(text, ".instagram.com");

describe("cookies are read", () => {
  const expected = [
    {
      ...{ domain: ".instagram.com", path: "/", secure: true, expires: END },
      ...{ name: "sessionid", value: "123%3Aabc%3A1" },
    },
    { domain: ".instagram.com", path: "/", secure: false, expires: 0, name: "csrftoken", value: "xyz" },
  ];

  test("from a browser's cookies.txt", () => {
    expect(read(FILE)).toEqual(expected);
    expect(read(FILE.replaceAll("\n", "\r\n"))).toEqual(expected);
  });

  test("from one that lost its line breaks in a field", () => {
    expect(read(FILE.replaceAll("\n", ""))).toEqual(expected);
  });

  test("from what a request has", () => {
    expect(read("sessionid=123%3Aabc; csrftoken=xyz").map(({ name, value }) => [name, value])).toEqual([
      ["sessionid", "123%3Aabc"],
      ["csrftoken", "xyz"],
    ]);
  });

  test("as yt-dlp reads them", () => {
    const written = cookieFile(read(FILE));
    expect(written).toMatch(/^# Netscape HTTP Cookie File\n/);
    expect(read(written)).toEqual(expected);
  });
});

test.each([
  ["nothing", "hello sessionid", { ok: false, usable: false, message: /is no "sessionid": export them/ }],
  ["another site's", FILE.replaceAll("instagram.com", "example.org"), { ok: false, usable: false }],
  ["none of a login", "csrftoken=xyz", { ok: false, usable: false, message: /is no "sessionid"/ }],
  ["good ones", FILE, { ok: true, usable: true, message: /are good until 2027-01-01\.$/ }],
  ["ones without an end", "sessionid=1", { ok: true, usable: true, message: /do not say until when/ }],
])(
  "of %s the operator reads what they are worth",
  (_what, text, { message, ...expected }: Record<string, unknown>) => {
    const health = cookieHealth(read(text), SESSION, Date.UTC(2026, 10, 1));
    expect(health).toMatchObject(expected);
    if (message) expect(health.message).toMatch(message as RegExp);
  },
);

test("cookies that end within a week, and those that have, are told", () => {
  const at = (day: number) => cookieHealth(read(FILE), SESSION, Date.UTC(2026, 11, day));
  expect(at(24)).toMatchObject({ ok: true });
  expect(at(26)).toMatchObject({
    ...{
      ok: false,
      usable: true,
      message: "The cookies of instagram.com expire on 2027-01-01: paste new ones before.",
    },
  });
  expect(at(32)).toMatchObject({
    ...{
      ok: false,
      usable: false,
      message: "The cookies of instagram.com expired on 2027-01-01: paste new ones.",
    },
  });
});
