import { expect, test } from "vitest";
import { readTarget } from "./target.ts";

test.each([
  ["/plugins/ci/github", "ci", "/github"],
  ["/plugins/ci/", "ci", "/"],
  ["/plugins/ci-2/a/b.c~d?x=/../y", "ci-2", "/a/b.c~d"],
])("%s is the webhook %s %s", (target, instanceId, path) => {
  expect(readTarget(target)).toEqual({ instanceId, path });
});

test.each([
  ["the root", "/"],
  ["the API", "/api/v1/session"],
  ["no instance", "/plugins/"],
  ["no path", "/plugins/ci"],
  ["an instance in capitals", "/plugins/CI/github"],
  ["an encoded slash after the instance", "/plugins/ci%2Fgithub"],
  ["the parent as an instance", "/plugins/../api"],
  ["something before", "//plugins/ci/github"],
  ["an encoded way there", "/%70lugins/ci/github"],
  ["a fragment", "/plugins/ci/github#a"],
  ["a whole URL", "http://bots.example.org/plugins/ci/github"],
  ["the server itself", "*"],
  ["nothing", ""],
])("%s is none: %s", (_what, target) => {
  expect(readTarget(target)).toBeNull();
});

test.each(["/plugins/a/../b/github", "/plugins/a/%2e%2e/b/github", "/plugins/a/%2F..%2Fb"])(
  "%s leads to no other instance, whatever it is that it names",
  (target) => {
    expect(readTarget(target)?.instanceId).toBe("a");
    expect(readTarget(target)?.path).toBe(target.slice("/plugins/a".length));
  },
);
