import { expect, test } from "vitest";
import { escapeHtml } from "./html.ts";

test("makes a text harmless between tags and inside quotes", () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
    "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
  );
});

test("leaves other texts as they are", () => {
  expect(escapeHtml("Grüße, 世界 🎉")).toBe("Grüße, 世界 🎉");
});
