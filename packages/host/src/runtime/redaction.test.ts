import { expect, test } from "vitest";
import { createInstanceLogs } from "./instance-log.ts";
import { createRedaction } from "./redaction.ts";

test("a secret is left out of an instance's texts, as it is, in JSON and in a URL", () => {
  const redaction = createRedaction();
  redaction.hide("one", ['pa"ss/wörd', "tok-4711"]);
  expect(redaction.clean("one", 'is pa"ss/wörd.')).toBe("is [secret].");
  expect(redaction.clean("one", JSON.stringify({ p: 'pa"ss/wörd', t: "tok-4711" }))).toBe(
    '{"p":"[secret]","t":"[secret]"}',
  );
  expect(redaction.clean("one", `?key=${encodeURIComponent('pa"ss/wörd')}&t=tok-4711`)).toBe(
    "?key=[secret]&t=[secret]",
  );
});

test("one that is part of another leaves nothing of the other", () => {
  const redaction = createRedaction();
  redaction.hide("one", ["secret1", "secret1-and-more"]);
  expect(redaction.clean("one", "secret1-and-more secret1")).toBe("[secret] [secret]");
});

test("what is shorter than six characters stays, for it stands in too many texts by chance", () => {
  const redaction = createRedaction();
  redaction.hide("one", ["hello", ""]);
  expect(redaction.clean("one", "hello")).toBe("hello");
});

test("it is the instance's own, until others take their place; a text of anybody's is cleaned of all", () => {
  const redaction = createRedaction();
  redaction.hide("one", ["first-secret"]);
  redaction.hide("two", ["second-secret"]);
  const text = "first-secret second-secret";
  expect(redaction.clean("one", text)).toBe("[secret] second-secret");
  expect(redaction.cleanAll(text)).toBe("[secret] [secret]");
  redaction.hide("one", ["newer-secret"]);
  expect(redaction.clean("one", `${text} newer-secret`)).toBe("first-secret second-secret [secret]");
  redaction.forget("two");
  expect(redaction.cleanAll(text)).toBe(text);
});

test("a log line is cleaned before it is cut, and so is what the host's own log sees of it", () => {
  const seen: string[] = [];
  const logs = createInstanceLogs((_id, line) => seen.push(line.message, line.stack ?? ""));
  logs.redaction.hide("one", ["tok-4711"]);
  const edge = `${"x".repeat(7_996)}tok-4711`;
  logs.add("one", { level: "info", message: edge, stack: "Error: tok-4711\n at x" });
  expect(seen.join()).not.toMatch(/tok-/);
  expect(logs.lines("one")).toMatchObject([{ message: seen[0], stack: "Error: [secret]\n at x" }]);
});
