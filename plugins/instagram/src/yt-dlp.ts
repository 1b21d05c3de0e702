import { HostError, type Log, type Programs, UserError } from "@rookery/plugin-sdk";
import { errorLine, FAILURES, failureOfYtDlp } from "./errors.ts";
import type { Link } from "./links.ts";
import { type Post, parsePost } from "./post.ts";

/**
 * The lean call: only the JSON, by the named extractors only (every other address fails without a
 * connection), pictures too, and no patience of yt-dlp's own. The host puts more in front.
 */
export function ytDlpArgs(url: string): string[] {
  return [
    "-J",
    ...["--ies", "Instagram,instagram:story"],
    "--ignore-no-formats-error",
    // One file with sound, or without where there is none: nothing that ffmpeg must join.
    ...["-f", "b/bv*"],
    "--no-playlist",
    "--no-warnings",
    ...["--socket-timeout", "3"],
    ...["--retries", "0"],
    ...["--extractor-retries", "0"],
    "--",
    url,
  ];
}

/** A carousel of 20 with its comments is some 300 KB. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/**
 * Asks yt-dlp what a link leads to.
 *
 * @throws UserError with the sentence for the room; what nobody could expect is in the log, too
 */
export async function fetchPost(
  bot: { programs: Programs; log: Log },
  link: Link,
  timeoutMs: number,
): Promise<Post> {
  const options = { timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES };
  const result = await bot.programs.run("yt-dlp", ytDlpArgs(link.url), options).catch((error: unknown) => {
    if (error instanceof HostError && error.code === "DEADLINE") throw new UserError(FAILURES.slow.sentence);
    bot.log.error("yt-dlp could not be run.", error);
    throw new UserError(FAILURES.notRunnable.sentence);
  });
  if (result.timedOut) throw new UserError(FAILURES.slow.sentence);
  if (result.truncated) {
    bot.log.error(`yt-dlp's answer for ${link.url} is larger than ${MAX_OUTPUT_BYTES} bytes.`);
    throw new UserError(FAILURES.outdated.sentence);
  }
  if (result.exitCode !== 0) {
    const failure = failureOfYtDlp(result.stderr);
    if (failure.unexpected) bot.log.error(`yt-dlp failed for ${link.url}: ${errorLine(result.stderr)}`);
    throw new UserError(failure.sentence);
  }
  // A story that it cannot show is no error to yt-dlp.
  if (result.stdout.trim() === "null") throw new UserError(FAILURES.storyGone.sentence);
  try {
    return parsePost(result.stdout);
  } catch (error) {
    bot.log.error(`yt-dlp's answer for ${link.url} cannot be read.`, error);
    throw new UserError(FAILURES.outdated.sentence);
  }
}
