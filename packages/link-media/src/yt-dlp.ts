import { HostError, type Log, type ProgramRun, type Programs, type RunOptions } from "@rookery/plugin-sdk";
import { type Cookies, cookieFile } from "./cookies.ts";
import type { Deadline } from "./deadline.ts";
import { errorLine, type Failures, FetchFailure, failureOfYtDlp } from "./failures.ts";
import { type Post, parsePost } from "./post.ts";
import type { Link, Source } from "./site.ts";

/**
 * The lean call: only the JSON, by the named extractors only (every other address fails without a
 * connection), pictures too, and no patience of yt-dlp's own. The host puts more in front.
 */
export function leanArgs(extractors: string): string[] {
  return [
    "-J",
    ...["--ies", extractors],
    "--ignore-no-formats-error",
    // One file with sound, or without where there is none: nothing that ffmpeg must join.
    ...["-f", "b/bv*"],
    "--no-playlist",
    "--no-warnings",
    ...["--socket-timeout", "3"],
    ...["--retries", "0"],
    ...["--extractor-retries", "0"],
  ];
}

/** A carousel of 20 with its comments is some 300 KB. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const COOKIES = "cookies.txt";

export interface YtDlpOptions {
  programs: Programs;
  log: Log;
  failures: Failures;
  /** Before the address. */
  args: string[];
  /** Each run has a copy of its own: yt-dlp writes it anew. */
  cookies?: Cookies;
}

/** yt-dlp, as a way to learn what a link leads to; with cookies, as somebody who is logged in. */
export function ytDlpSource(options: YtDlpOptions): Source {
  return {
    name: options.cookies ? "yt-dlp with cookies" : "yt-dlp",
    fetch: async (link, deadline) =>
      readAnswer(options, link, (await runYtDlp(options, link, deadline)).stdout, parsePost),
  };
}

/**
 * Runs yt-dlp for a link.
 *
 * @throws FetchFailure; what nobody could expect is in the log, too
 */
export async function runYtDlp(
  { programs, log, failures, args, cookies }: YtDlpOptions,
  link: Link,
  deadline: Deadline,
  more: Pick<RunOptions, "collect"> = {},
): Promise<ProgramRun> {
  const timeoutMs = deadline.left();
  if (timeoutMs === 0) throw new FetchFailure(failures.slow);
  const given = cookies ? ["--cookies", COOKIES] : [];
  const files = cookies ? { files: { [COOKIES]: cookieFile(cookies) } } : {};
  const options = { timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES, ...files, ...more };
  const result = await programs
    .run("yt-dlp", [...args, ...given, "--", link.url], options)
    .catch((error: unknown) => {
      if (error instanceof HostError && error.code === "DEADLINE")
        throw new FetchFailure(failures.slow, error);
      if (error instanceof HostError && error.code === "LIMIT") throw new FetchFailure(failures.busy, error);
      log.error("yt-dlp could not be run.", error);
      throw new FetchFailure(failures.notRunnable, error);
    });
  try {
    if (result.timedOut) throw new FetchFailure(failures.slow);
    if (result.truncated) {
      log.error(`yt-dlp's answer for ${link.url} is larger than ${MAX_OUTPUT_BYTES} bytes.`);
      throw new FetchFailure(failures.outdated);
    }
    if (result.exitCode !== 0) {
      const failure = failureOfYtDlp(failures, result.stderr);
      if (failure.unexpected) log.error(`yt-dlp failed for ${link.url}: ${errorLine(result.stderr)}`);
      throw new FetchFailure(failure);
    }
    // A story that it cannot show is no error to yt-dlp.
    if (result.stdout.trim() === "null") throw new FetchFailure(failures.storyGone);
    return result;
  } catch (error) {
    await Promise.all(Object.values(result.files).map((file) => file.close()));
    throw error;
  }
}

/** @throws FetchFailure where the answer is not as expected */
export function readAnswer<T = Post>(
  { log, failures }: Pick<YtDlpOptions, "log" | "failures">,
  link: Link,
  stdout: string,
  read: (stdout: string) => T,
): T {
  try {
    return read(stdout);
  } catch (error) {
    log.error(`yt-dlp's answer for ${link.url} cannot be read.`, error);
    throw new FetchFailure(failures.outdated, error);
  }
}
