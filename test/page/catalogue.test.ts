import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "what comes with Rookery", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;

  beforeAll(async () => {
    rookery = await startRookery();
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  it("is offered on the way from the empty overview, without barriers", async () => {
    const { page } = visit;
    await page.getByRole("link", { name: /Step 1/ }).click();
    await page.getByRole("heading", { name: "Included with Rookery" }).waitFor();
    await page.getByRole("button", { name: "Install Instagram" }).waitFor();
    expect(await barriersInEveryLook(page, album, "catalogue")).toEqual([]);
  });

  it("is installed by one press, and then asks for what it may do", async () => {
    const { page } = visit;
    await page.getByRole("button", { name: "Install Instagram" }).click();
    await page.getByRole("heading", { name: "Instagram", level: 1 }).waitFor();
    await page
      .getByText(/permissions? waits? for your decision/)
      .first()
      .waitFor();
    expect((await rookery.api<{ id: string }[]>("GET", "/plugins")).map(({ id }) => id)).toEqual([
      "org.rookery.instagram",
    ]);
  });

  it("is offered no longer once it is there", async () => {
    const { page } = visit;
    await goTo(page, "Plugins");
    await page.getByRole("button", { name: "Install Hello" }).waitFor();
    // What was offered before is shown until it is read anew.
    await page.getByRole("button", { name: "Install Instagram" }).waitFor({ state: "detached" });
  });

  it("makes the browser complain of nothing", () => {
    expect(visit.complaints).toEqual([]);
  });
});
