import type { ConsoleMessage, Page } from "playwright-core";
import { afterEach, beforeEach } from "vitest";
import { type ChromiumOptions, launchChromium } from "../chromium/chromium.ts";
import { OPERATOR, type Rookery } from "../rookery/rookery.ts";

/** A desk and a phone: what one comes to do goes at both. */
export const WIDTHS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;

/** Somebody who looks at the page in a browser of their own. */
export interface Visit {
  page: Page;
  /** What the console complained about, violations of the content security policy among it. Must stay empty. */
  complaints: string[];
  /** From now on, complaints like this one are no surprise. */
  expectComplaint(like: RegExp): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Chromium reports every answer above 399 as an error, also the one by which the page learns that nobody is signed in. */
const NOT_SIGNED_IN = /status of 401 .*\/api\/v1\/session$/;

export async function openVisit(options: ChromiumOptions = {}): Promise<Visit> {
  const chromium = await launchChromium(options);
  const { context } = chromium;
  // A deadline and no pace: other tests run meanwhile.
  context.setDefaultTimeout(30_000);
  context.on("page", slowDown);
  const page = context.pages()[0] ?? (await context.newPage());
  await slowDown(page);
  // One less source of pictures that differ, and of clicks on what still moves.
  await page.emulateMedia({ reducedMotion: "reduce" });

  const complaints: string[] = [];
  const expected = [NOT_SIGNED_IN];
  const complain = (complaint: string) => {
    if (!expected.some((like) => like.test(complaint))) complaints.push(complaint);
  };
  context.on("console", (message: ConsoleMessage) => {
    if (["error", "warning"].includes(message.type())) {
      complain(`${message.text()} at ${message.location().url}`);
    }
  });
  context.on("weberror", (error) => complain(String(error.error().stack)));

  return {
    page,
    complaints,
    expectComplaint: (like) => void expected.push(like),
    [Symbol.asyncDispose]: chromium.close,
  };
}

/** So many times slower than it is do pages run: shows which tests count on a page that is quick. */
const SLOWER = Number(process.env.ROOKERY_TEST_SLOW_PAGE ?? 1);

async function slowDown(page: Page): Promise<void> {
  if (SLOWER === 1) return;
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** After a failure, says what the page showed: its outline as a screen reader would read it. */
export function showPageOnFailure(visitOf: () => Visit | undefined): void {
  afterEach(async ({ task }) => {
    const page = visitOf()?.page;
    if (task.result?.state !== "fail" || !page) return;
    console.error(`${task.name}: ${page.url()}\n${await page.locator("body").ariaSnapshot()}`);
  });
}

/** For tests that are one way in several steps: after a step that failed, the next ones are skipped. */
export function stepByStep(): void {
  let failed: string | undefined;
  beforeEach(({ skip }) => skip(failed !== undefined, `"${failed}" failed before`));
  afterEach(({ task }) => {
    if (task.result?.state === "fail") failed ??= task.name;
  });
}

/** Signs in by password, as who is back after a while. */
export async function signIn(page: Page, rookery: Rookery): Promise<void> {
  await page.goto(rookery.url);
  await page.getByRole("textbox", { name: "Name" }).fill(OPERATOR.name);
  await page.getByRole("textbox", { name: "Password" }).fill(OPERATOR.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

/** Messages stand in the way of nobody, but on pictures; all at once, since they also go by themselves. */
export async function closeMessages(page: Page): Promise<void> {
  await page.evaluate(
    `for (const close of document.querySelectorAll('[role="status"] button[aria-label="Close"]')) close.click()`,
  );
}

/**
 * What takes back what was just done, to be pressed on another page: it goes by itself after some seconds, and not while
 * one points at it, so one goes there by keyboard.
 */
export async function undoOn(page: Page, place: string): Promise<void> {
  const undo = page.getByRole("button", { name: "Undo" });
  await undo.hover();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place }).press("Enter");
  await page.getByRole("heading", { name: place, level: 1 }).waitFor();
  await undo.click();
}

/** A place of the page, by its name in the side bar; on a phone in the bar at the bottom, or under More. */
export async function goTo(page: Page, place: string): Promise<void> {
  const main = page.getByRole("navigation", { name: "Main" });
  const link = main.getByRole("link", { name: place });
  const more = main.getByRole("button", { name: "More" });
  await link.or(more).first().waitFor();
  if (!(await link.isVisible())) await more.click();
  await link.click();
}
