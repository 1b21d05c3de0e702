import { expect, test } from "vitest";
import { linkify } from "./linkify.ts";

const links = (text: string) => linkify(text).flatMap(({ href }) => href ?? []);

test("links are found, and the text stays whole", () => {
  const text = "See https://www.instagram.com/reel/abc/?x=1 and http://a.example.";
  expect(links(text)).toEqual(["https://www.instagram.com/reel/abc/?x=1", "http://a.example"]);
  expect(
    linkify(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});

test("punctuation after a link belongs to the sentence", () => {
  expect(links("(https://a.example/b), https://a.example/c_(d)!")).toEqual([
    "https://a.example/b",
    "https://a.example/c_(d)",
  ]);
});

test("nothing but http and https becomes a link", () => {
  expect(links("javascript:alert(1) ftp://a file:///etc data:text/html,x")).toEqual([]);
});
