import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** The four ways in which every page is looked at. */
export const LOOKS = [
  { name: "wide-light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "wide-dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { name: "narrow-light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "narrow-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

interface Seen {
  /** In CSS pixels. */
  viewport: { width: number; height: number };
  colorScheme: Look["colorScheme"];
}

export type Look = (typeof LOOKS)[number];

/** Shows the open page in another size and theme, as if it had been opened that way. */
export async function look(page: Page, { viewport, colorScheme }: Seen): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}

/** Where pictures of the pages go. */
export interface Album {
  /** Whether pictures are taken at all. */
  readonly isKept: boolean;
  take(page: Page, name: string, look: Look): Promise<void>;
}

const DOCS_IMAGES = join(import.meta.dirname, "../../docs/images");

/** The pictures of the documentation, taken where `ROOKERY_SCREENSHOTS` is set; else nobody would look at them. */
export async function openAlbum(): Promise<Album> {
  if (!process.env.ROOKERY_SCREENSHOTS) return { isKept: false, take: async () => undefined };
  await mkdir(DOCS_IMAGES, { recursive: true });
  return {
    isKept: true,
    async take(page, name, { name: lookName }) {
      await page.screenshot({ path: join(DOCS_IMAGES, `${name}-${lookName}.png`), caret: "hide" });
    },
  };
}
