import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** For the page, the log and the room. */
export default plugin({
  manifest: {
    name: "<img src=x onerror=alert(1)>",
    description: "</script><script>alert(1)</script> \u202e \u001b[2J",
  },
  go: `bot.log.info("<script>alert(1)</script>"); return "<b>bold</b>";`,
  async expect({ rookery, events }) {
    const page = await fetch(rookery.url);
    expect(page.headers.get("content-security-policy")).toMatch(/script-src 'self'/);
    expect(events.some(({ content }) => content.formatted_body !== undefined)).toBe(false);
  },
});
