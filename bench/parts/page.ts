import { isChromiumAvailable, launchChromium } from "../../test/chromium/chromium.ts";
import { startEchoHost } from "../bots/bots.ts";
import { startInstantHomeserver } from "../homeservers/start-instant.ts";
import type { Part } from "../part.ts";
import { median } from "../quantile.ts";

const RUNS = 5;
const INSTANCES = 10;

/** Bytes of the scripts that the page loaded, as they crossed the wire. */
const SCRIPT_BYTES = `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

export const page: Part = {
  name: "page",
  about: `From navigation to the overview of ${INSTANCES} instances, signed in, nothing cached. Median of ${RUNS}.`,

  skip() {
    const chromium = isChromiumAvailable();
    return chromium.available ? undefined : chromium.reason;
  },

  async run() {
    await using homeserver = await startInstantHomeserver();
    const tokens = Array.from({ length: INSTANCES }, (_, n) => `bot${n}`);
    await using bots = await startEchoHost({ homeserverUrl: homeserver.url, tokens });
    await using chromium = await launchChromium();
    const { url, cookie } = bots.rookery;
    const [name = "", value = ""] = cookie.split("=");
    await chromium.context.addCookies([{ name, value, url }]);
    const times: number[] = [];
    let scriptBytes = 0;
    for (let run = 0; run < RUNS; run++) {
      const tab = await chromium.context.newPage();
      const devTools = await chromium.context.newCDPSession(tab);
      await devTools.send("Network.setCacheDisabled", { cacheDisabled: true });
      const begin = performance.now();
      await tab.goto(url, { waitUntil: "commit" });
      await tab.getByRole("heading", { name: "Overview" }).waitFor();
      await tab.getByText("echo-9").first().waitFor();
      times.push(performance.now() - begin);
      scriptBytes = (await tab.evaluate(SCRIPT_BYTES)) as number;
      await tab.close();
    }
    return [
      { what: "page: the overview is shown", value: median(times), unit: "ms", goal: { atMost: 2_000 } },
      { what: "page: its scripts, compressed", value: scriptBytes / 1000, unit: "kB" },
    ];
  },
};
