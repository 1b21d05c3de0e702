import type { Page } from "playwright-core";
import { barriersOn } from "./axe.ts";
import { type Album, LOOKS, look } from "./looks.ts";

/**
 * Looks at the open page in every way, takes its pictures, and leaves it as wide and as light as it was.
 *
 * @param picture what its pictures are called, or `null` where the documentation shows none
 * @returns what keeps people from using it, one line for each
 */
export async function barriersInEveryLook(
  page: Page,
  album: Album,
  picture: string | null,
): Promise<string[]> {
  const barriers: string[] = [];
  const size = page.viewportSize();
  await page.mouse.move(0, 0);
  await page.evaluate("scrollTo(0, 0)");
  for (const one of LOOKS) {
    // In the dark only colours are others, and they are the same however wide it is.
    const isDark = one.colorScheme === "dark";
    const isSeen = one.name === "narrow-dark";
    if (isSeen && (picture === null || !album.isKept)) continue;
    await look(page, one);
    const found = isSeen ? [] : await barriersOn(page, isDark ? "colours" : "all");
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (wide > one.viewport.width) found.push(`it is ${wide} px wide, and has to be moved sideways`);
    barriers.push(...found.map((barrier) => `${one.name}: ${barrier}`));
    if (picture) await album.take(page, picture, one);
  }
  if (size) await look(page, { viewport: size, colorScheme: "light" });
  return barriers;
}
