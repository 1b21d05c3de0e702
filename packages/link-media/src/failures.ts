import { HostError } from "@rookery/plugin-sdk";

/** Why a post or an item of it did not come: what the room is told. */
export interface Failure {
  sentence: string;
  /** Nobody can expect this one; the operator should read of it. */
  unexpected?: true;
  /** No other way leads further. */
  final?: true;
  /** The way is left alone for a while: at once, or where it happens three times in a row. */
  breaks?: "at-once" | "in-a-row";
}

/** That a post, or a part of it, does not come. */
export class FetchFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, cause?: unknown) {
    super(failure.sentence, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

/** Every sentence that the room may be told instead of a post of this site. */
export function failuresOf(site: string) {
  return {
    login: { sentence: "This post is private or needs a login, so I cannot see it." },
    limited: { sentence: `${site} is limiting us at the moment; please try again later.`, breaks: "at-once" },
    gone: { sentence: "This post was deleted or never existed.", final: true },
    unsupported: { sentence: "I know no way to fetch that.", final: true },
    live: { sentence: "That is a live stream; I fetch what has an end.", final: true },
    storyGone: {
      sentence: "This story is over, or it is a picture; I can only fetch stories that are videos.",
      final: true,
    },
    slow: { sentence: `${site} was too slow; please try again later.`, breaks: "in-a-row" },
    unreachable: { sentence: `${site} could not be reached; please try again later.`, breaks: "in-a-row" },
    notMedia: { sentence: `${site} sent something that is no picture and no video.` },
    refused: { sentence: `${site} did not hand out the file.` },
    outdated: {
      sentence: `I cannot read ${site}'s answer: the fetcher needs an update by its operator.`,
      unexpected: true,
      breaks: "in-a-row",
    },
    notRunnable: {
      sentence:
        "I cannot fetch posts at the moment: the fetcher does not run on this host; its operator can tell why.",
      unexpected: true,
    },
    busy: { sentence: "I have too much to do at the moment; please try again in a minute.", final: true },
    /** The site's own reason, in its own words. */
    restricted: (reason: string): Failure => ({
      sentence: `${site} restricts this post: ${reason.trim().replace(/\.$/, "")}.`,
    }),
  } as const satisfies Record<string, Failure | ((reason: string) => Failure)>;
}
export type Failures = ReturnType<typeof failuresOf>;

/** Stands under the cover of what is too large; `bytes` where its size is known. */
export function tooLarge(bytes: number | undefined, maxBytes: number, url: string): string {
  const size = bytes === undefined ? `over ${inMegabytes(maxBytes)}` : inMegabytes(bytes);
  return `Too large to post here (${size}), see it at ${url}`;
}

/** Says which items of a carousel did not come, and why. */
export function incomplete(missing: { position: number; sentence: string }[], total: number): string {
  const positions = missing.map(({ position }) => String(position));
  const last = positions.pop();
  const which = positions.length === 0 ? `Item ${last}` : `Items ${positions.join(", ")} and ${last}`;
  const why = [...new Set(missing.map(({ sentence }) => sentence))].join(" ");
  return `${which} of ${total} could not be fetched: ${why}`;
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / (1024 * 1024))} MB`;
}

/** What yt-dlp 2026.10.26 writes → what it means, the first that fits. */
const TABLE: [RegExp, (failures: Failures, match: RegExpExecArray) => Failure][] = [
  [
    /Restricted Video(?:: *)?(.*?)(?:\.? Use --cookies|$)/,
    ({ restricted }, [, reason]) => restricted(reason || "it does not say why"),
  ],
  [/login page|rate-limit|HTTP Error 429/, ({ limited }) => limited],
  [
    /empty media response|only available for registered users|[Yy]ou need to log in|content is unreachable|[Ll]og ?in required|--cookies|[Pp]rivate video/,
    ({ login }) => login,
  ],
  [/HTTP Error (?:404|410)|Page not available|[Vv]ideo unavailable|does not exist/i, ({ gone }) => gone],
  [/Unsupported URL|No suitable extractor/, ({ unsupported }) => unsupported],
  [/timed out/, ({ slow }) => slow],
  [/TransportError|ProxyError|SSLError/, ({ unreachable }) => unreachable],
];

/** Reads what yt-dlp wrote to its standard error. */
export function failureOfYtDlp(failures: Failures, stderr: string): Failure {
  const line = errorLine(stderr);
  for (const [pattern, failure] of TABLE) {
    const match = pattern.exec(line);
    if (match) return failure(failures, match);
  }
  return failures.outdated;
}

/**
 * The first error without its prefix, `ERROR: [Instagram] CODE: `. The code is whatever a person
 * pasted, and could read like one of the table's words.
 */
export function errorLine(stderr: string): string {
  const line = stderr.split("\n").find((each) => each.startsWith("ERROR:")) ?? stderr.trim();
  return line.replace(/^ERROR: (\[[^\]]*\] (?:[^\s:]+: )?)?/, "");
}

/** Reads why the host could not reach something of the site. */
export function failureOfRequest(failures: Failures, error: unknown): Failure {
  switch (error instanceof HostError ? error.code : undefined) {
    case "DEADLINE":
      return failures.slow;
    case "NETWORK_FAILED":
      return failures.unreachable;
    case "HTTP_STATUS":
      return failures.refused;
    default:
      return failures.outdated;
  }
}

/** Whether a file was over the limit: ours on its way in, or the homeserver's on its way out. */
export function isTooLarge(error: unknown): error is HostError {
  return error instanceof HostError && (error.code === "TOO_LARGE" || error.code === "M_TOO_LARGE");
}
