import { expect, test } from "vitest";
import { readGlobs } from "./read-globs.ts";

test("users and servers are read one a line, each once", () => {
  const { globs, problem } = readGlobs(
    "@ada:example.org\n\n  @*:example.net \n*.example.com\n@ada:example.org",
  );
  expect(globs).toEqual(["@ada:example.org", "@*:example.net", "*.example.com"]);
  expect(problem).toBeUndefined();
});

test("nobody is listed where nothing is written", () => {
  expect(readGlobs(" \n\n")).toEqual({ globs: [], problem: undefined });
});

test.each([
  ["@ada:example.org @bob:example.org", "space"],
  ["@ada:example.org, @bob:example.org", "space"],
  ["https://example.org", "address"],
  ["ada@example.org", "user"],
  ["@", "user"],
  ["@ada", "no-server"],
  ["x".repeat(256), "long"],
])("%s takes no invitation, and it is said why", (line, why) => {
  expect(readGlobs(`example.org\n${line}`).problem).toEqual({ line, why });
});

test("all users are a glob without a server's name", () => {
  expect(readGlobs("@*\n*\n@ad?:*\nexample.org:8448").problem).toBeUndefined();
});
