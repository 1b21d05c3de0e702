import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { describeWith } from "../describe-with.ts";
import { isChromiumAvailable, launchChromium } from "./chromium.ts";

describeWith([isChromiumAvailable()], "Chromium", () => {
  test("runs a page's scripts, plays H.264, and leaves no profile behind", async () => {
    let profile: string;
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<button onclick="document.title = 'clicked'">Click</button>`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    {
      await using chromium = await launchChromium({ viewport: { width: 400, height: 300 } });
      profile = chromium.profile;
      expect(existsSync(profile)).toBe(true);
      const page = await chromium.context.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.getByRole("button", { name: "Click" }).click();
      expect(await page.title()).toBe("clicked");
      const plays = `document.createElement("video").canPlayType('video/mp4; codecs="avc1.4D401E, mp4a.40.2"')`;
      expect(await page.evaluate(plays)).toBe("probably");
      expect((await page.screenshot()).subarray(1, 4).toString()).toBe("PNG");
    }
    server.close();
    expect(existsSync(profile)).toBe(false);
  });
});
