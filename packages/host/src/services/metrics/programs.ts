import { releasedAt, type YtDlp } from "../yt-dlp.ts";
import type { Family } from "./family.ts";

/** How old yt-dlp is: sites change, and what is old fails. Nothing where it is not installed or does not run. */
export async function programFamilies(ytDlp: Pick<YtDlp, "version">): Promise<Family[]> {
  const version = await ytDlp.version();
  const at = version === null ? null : releasedAt(version);
  return [
    {
      name: "rookery_yt_dlp_release_timestamp_seconds",
      help: "When the yt-dlp that plugins use was released, in seconds since 1970.",
      type: "gauge",
      values: at === null ? [] : [{ labels: {}, value: at / 1000 }],
    },
  ];
}
