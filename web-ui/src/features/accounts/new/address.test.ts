import { expect, test } from "vitest";
import { isAddress, serverIn, userIn } from "./address.ts";

test("a homeserver is named by its name, its address, or a user there", () => {
  for (const address of [
    "example.org",
    "example.org:8448",
    "https://matrix.example.org/",
    "@bot:example.org",
  ])
    expect(isAddress(address)).toBe(true);
  for (const address of ["", "matrix.example.org/", "bot@example.org", "a b", "ftp://example.org"])
    expect(isAddress(address)).toBe(false);
});

test("a user ID says whose server it is, and as whom to log in", () => {
  expect(serverIn("@bot:example.org:8448")).toBe("example.org:8448");
  expect(userIn("@bot:example.org")).toBe("@bot:example.org");
  expect(serverIn("example.org")).toBe("example.org");
  expect(userIn("example.org")).toBe("");
});
