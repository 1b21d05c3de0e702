import type { Response } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { openVisit, type Visit } from "./visit.ts";

/** Where a machine is so slow that a browser cannot keep the time: the page may take as much as these. */
const TIMES_ONE_LINE = 8;

describeWith([isChromiumAvailable()], "the page in a browser that never saw it", () => {
  let rookery: Rookery;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    // The page is measured, not how long bots take to start: what it waits for is there when hello runs.
    for (const id of ["hello", "instagram"]) await rookery.until(id, ({ status }) => status === "running");
  });

  afterAll(() => rookery?.dispose());

  /** A browser that never saw the page, and whose user is signed in. */
  async function openSignedIn(): Promise<Visit> {
    const visit = await openVisit();
    const [name = "", value = ""] = rookery.cookie.split("=");
    await visit.page.context().addCookies([{ name, value, url: rookery.url }]);
    return visit;
  }

  /** @returns after how many milliseconds one could press a button */
  async function load(): Promise<number> {
    await using visit = await openSignedIn();
    const { page } = visit;
    const scripts: Response[] = [];
    page.on("response", (response) => {
      if (response.request().resourceType() === "script") scripts.push(response);
    });

    const start = performance.now();
    await page.goto(rookery.url);
    await page.getByRole("button", { name: "Stop hello" }).click({ trial: true });
    const ms = Math.round(performance.now() - start);

    const sizes = await Promise.all(scripts.map((script) => script.request().sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    console.log(`usable after ${ms} ms, with ${scripts.length} scripts of ${Math.round(bytes / 1000)} kB`);
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
    expect(visit.complaints).toEqual([]);
    return ms;
  }

  /** @returns after how many milliseconds a browser that was just started shows a line of text */
  async function loadOneLine(): Promise<number> {
    await using visit = await openVisit();
    const start = performance.now();
    await visit.page.goto(`${rookery.url}/healthz`);
    const ms = performance.now() - start;
    console.log(`on this machine the browser takes ${Math.round(ms)} ms for a line of text`);
    return ms;
  }

  it("is usable within 2 s, with less than 200 kB of script", async () => {
    // What else the machine does can only make it slower: the fastest of three browsers is the nearest to the page's own.
    const fastest = Math.min(await load(), await load(), await load());
    if (fastest >= 2_000) expect(fastest).toBeLessThan((await loadOneLine()) * TIMES_ONE_LINE);
  });

  it("shows what somebody else did before one that asks every two seconds would on average", async () => {
    await using visit = await openSignedIn();
    const { page } = visit;
    await page.goto(rookery.url);
    const hello = page.getByRole("row", { name: /^hello/ });
    await hello.getByText("Running").waitFor();
    const after: number[] = [];
    for (let time = 1; time <= 3; time++) {
      const begin = performance.now();
      await rookery.api("POST", "/instances/hello/stop");
      await hello.getByText("Stopped").waitFor();
      after.push(Math.round(performance.now() - begin));
      await rookery.api("POST", "/instances/hello/start");
      await hello.getByText("Running").waitFor();
    }
    console.log(`stopped by somebody else: on the page after ${after.join(", ")} ms`);
    expect(Math.min(...after)).toBeLessThan(1_500);
  });
});
