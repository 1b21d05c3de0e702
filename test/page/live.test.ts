import { randomUUID } from "node:crypto";
import type { Playground } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "while one looks at it, the page", () => {
  let rookery: Rookery;
  let visit: Visit;
  const asked: string[] = [];

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    visit.page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  /** Somebody else says something in the playground. */
  async function say(body: string): Promise<void> {
    const { basePath, roomId, accessToken } = await rookery.api<NonNullable<Playground>>(
      "GET",
      "/playground",
    );
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${randomUUID()}`;
    const response = await fetch(`${rookery.url}${basePath}${path}`, {
      method: "PUT",
      headers: {
        cookie: rookery.cookie,
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
        origin: rookery.url,
      },
      body: JSON.stringify({ msgtype: "m.text", body }),
    });
    expect(response.status).toBe(200);
  }

  const row = (name: RegExp) => visit.page.getByRole("row", { name });

  it("shows what somebody else did, without asking every few seconds", async () => {
    await row(/^hello/)
      .getByText("Running")
      .waitFor();
    const listsBefore = asked.filter((path) => path === "/api/v1/instances").length;
    const begin = performance.now();
    await rookery.api("POST", "/instances/hello/stop");
    await row(/^hello/)
      .getByText("Stopped")
      .waitFor();
    await rookery.api("POST", "/instances/hello/start");
    await row(/^hello/)
      .getByText("Running")
      .waitFor();
    const lists = asked.filter((path) => path === "/api/v1/instances").length - listsBefore;
    // One for each second in which something changed.
    expect(lists).toBeLessThanOrEqual(Math.ceil((performance.now() - begin) / 1_000) + 1);
  });

  it("counts an answer without loading the list of all instances", async () => {
    await say("!hello");
    await row(/^hello/)
      .getByText("just now")
      .waitFor();
    const listsBefore = asked.filter((path) => path === "/api/v1/instances").length;
    const answers = async () => (await rookery.instance("hello")).counts.sent;
    const before = await answers();
    const alone = visit.page.waitForResponse((response) =>
      response.url().endsWith("/api/v1/instances/hello"),
    );
    await say("!hello");
    await rookery.until("hello", ({ counts }) => counts.sent > before);
    await alone;
    expect(asked.filter((path) => path === "/api/v1/instances").length - listsBefore).toBeLessThanOrEqual(1);
  });

  it("draws what happened in the last day, and says it in words and as a table", async () => {
    const { page } = visit;
    await page.reload();
    await page
      .getByRole("img", { name: /^Events received over 24 hours: peak [1-9]/ })
      .first()
      .waitFor();
    await page.getByRole("heading", { name: "What runs" }).waitFor();
    await row(/^Rookery itself/)
      .getByText(/MB/)
      .waitFor();
    await row(/^Worker of Hello/)
      .getByText(/MB/)
      .waitFor();
    await page.getByRole("link", { name: "hello", exact: true }).click();
    await page.getByRole("heading", { name: "Last 24 hours" }).waitFor();
    await page.getByText("As a table").click();
    const cells = page.getByRole("table", { name: "Last 24 hours" }).getByRole("row").nth(1);
    await cells.getByText(/ms$/).waitFor();
  });

  it("holds one connection, whatever one looks at", async () => {
    const streamsBefore = asked.filter((path) => path === "/api/v1/events").length;
    for (const place of ["Plugins", "Accounts", "Settings", "Overview"]) await goTo(visit.page, place);
    const streams = asked.filter((path) => path === "/api/v1/events").length - streamsBefore;
    expect(streams).toBe(0);
  });
});
