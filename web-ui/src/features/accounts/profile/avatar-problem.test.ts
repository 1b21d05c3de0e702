import { expect, test } from "vitest";
import { avatarProblem } from "./avatar-problem.ts";

test("an avatar is an image that browsers show, and holds no script", () => {
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"])
    expect(avatarProblem({ type, size: 1 })).toBeUndefined();
  for (const type of ["image/svg+xml", "text/html", ""])
    expect(avatarProblem({ type, size: 1 })).toBe("type");
});

test("an avatar is at most 2 MiB, as the host takes it", () => {
  expect(avatarProblem({ type: "image/png", size: 2 * 1024 * 1024 })).toBeUndefined();
  expect(avatarProblem({ type: "image/png", size: 2 * 1024 * 1024 + 1 })).toBe("size");
});
