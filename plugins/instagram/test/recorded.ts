import { readFileSync } from "node:fs";

/** What yt-dlp printed; see fixtures/README.md. */
export function recorded(name: "reel" | "picture" | "carousel"): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8");
}
