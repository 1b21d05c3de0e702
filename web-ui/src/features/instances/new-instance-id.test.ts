import { expect, test } from "vitest";
import { idProblem, suggestId } from "./new-instance-id.ts";

test("a suggested name comes from the plugin's and is free", () => {
  expect(suggestId("Hello", [])).toBe("hello");
  expect(suggestId("My  Reels!", [])).toBe("my-reels");
  expect(suggestId("Hello", ["hello", "hello-2"])).toBe("hello-3");
  expect(suggestId("こんにちは", [])).toBe("bot");
});

test("a suggested name is always allowed", () => {
  for (const name of ["-a-", "9 lives", "x".repeat(200)])
    expect(idProblem(suggestId(name, []), [])).toBeUndefined();
});

test("what the host would refuse is said before it is sent", () => {
  expect(idProblem("", [])).toBe("empty");
  expect(idProblem("Hello", [])).toBe("pattern");
  expect(idProblem("-a", [])).toBe("pattern");
  expect(idProblem("hello", ["hello"])).toBe("taken");
});
