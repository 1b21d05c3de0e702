import { expect, test } from "vitest";
import { takesInvite } from "./autojoin.ts";
import { matchesGlob } from "./glob.ts";

test("always takes every invitation, never none, and of a list those whose user or server is in it", () => {
  const by = "@ada:chat.example.org";
  expect(takesInvite({ policy: "always", allow: [] }, by)).toBe(true);
  expect(takesInvite({ policy: "always", allow: [] }, undefined)).toBe(true);
  expect(takesInvite({ policy: "never", allow: ["*"] }, by)).toBe(false);
  expect(takesInvite({ policy: "allow-list", allow: [] }, by)).toBe(false);
  expect(takesInvite({ policy: "allow-list", allow: ["*"] }, undefined)).toBe(false);
  const list = (...allow: string[]) => takesInvite({ policy: "allow-list", allow }, by);
  expect(list("@ada:chat.example.org")).toBe(true);
  expect(list("nobody.example", "chat.example.org")).toBe(true);
  expect(list("*.example.org")).toBe(true);
  expect(list("@*:*.example.org")).toBe(true);
  // A server's glob says nothing of the user's name, and a user's all of the user ID.
  expect(list("example.org")).toBe(false);
  expect(list("@ada:*.org.evil")).toBe(false);
  expect(list("@ad:chat.example.org")).toBe(false);
  expect(takesInvite({ policy: "allow-list", allow: ["example.org"] }, "@ada:example.org:8448")).toBe(false);
});

test.each([
  ["", "", true],
  ["*", "", true],
  ["?", "", false],
  ["a?c", "abc", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-b-b-cd", false],
  ["**a", "bba", true],
  ["a.c", "abc", false],
])("%s and %s: %s", (glob, text, matches) => {
  expect(matchesGlob(glob, text)).toBe(matches);
});

test("no glob takes long", () => {
  const before = process.threadCpuUsage();
  expect(matchesGlob(`${"*a".repeat(100)}b`, "a".repeat(255))).toBe(false);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_000);
});
