import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { type Availability, onPath } from "../available.ts";

/** A Chromium of this test's own, with an empty profile. */
export interface Chromium {
  /** Playwright's context: `context.newPage()`. */
  context: BrowserContext;
  /** The folder of its profile. */
  profile: string;
  /** Ends the browser and deletes its profile. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a page is to be seen. */
export interface ChromiumOptions {
  /** Size of the page in CSS pixels. Default: 1280 × 800. */
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  /** Device pixels per CSS pixel; 2 makes sharp pictures. Default: 1. */
  scale?: number;
}

const findChromium = () => onPath("chromium", "chromium-browser", "google-chrome");

/** Is there a Chromium on this machine? */
export function isChromiumAvailable(): Availability {
  if (findChromium()) return { available: true };
  return { available: false, reason: "chromium is not on the PATH" };
}

/** Starts the machine's Chromium without a window, driven by Playwright. It asks the network for nothing by itself. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("chromium is not on the PATH");
  const { viewport = { width: 1280, height: 800 }, colorScheme = "light", scale = 1 } = options;
  const profile = await mkdtemp(join(tmpdir(), "rookery-chromium-"));
  const deleteProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 3 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses to run as root with it
      args: FLAGS,
      env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
      viewport,
      colorScheme,
      deviceScaleFactor: scale,
    });
    const close = async () => {
      await context.close();
      await deleteProfile();
    };
    return { context, profile, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await deleteProfile();
    throw error;
  }
}

const FLAGS = [
  "--disable-gpu",
  // What draws without one is a thread instead of a process.
  "--in-process-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
