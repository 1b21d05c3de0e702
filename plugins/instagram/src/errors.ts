import { HostError } from "@rookery/plugin-sdk";

/** Why a post or an item of it did not come: what the room is told. */
export interface Failure {
  sentence: string;
  /** Nobody can expect this one; the operator should read of it. */
  unexpected?: true;
}

/** Every sentence that the room may be told instead of a post. */
export const FAILURES = {
  login: { sentence: "This post is private or needs a login, so I cannot see it." },
  limited: { sentence: "Instagram is limiting us at the moment; please try again later." },
  gone: { sentence: "This post was deleted or never existed." },
  storyGone: {
    sentence: "This story is over, or it is a picture; I can only fetch stories that are videos.",
  },
  slow: { sentence: "Instagram was too slow; please try again later." },
  unreachable: { sentence: "Instagram could not be reached; please try again later." },
  notMedia: { sentence: "Instagram sent something that is no picture and no video." },
  refused: { sentence: "Instagram did not hand out the file." },
  outdated: {
    sentence: "I cannot read Instagram's answer: the fetcher needs an update by its operator.",
    unexpected: true,
  },
  notRunnable: {
    sentence:
      "I cannot fetch posts at the moment: the fetcher does not run on this host; its operator can tell why.",
    unexpected: true,
  },
} as const satisfies Record<string, Failure>;

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

/** Instagram's own reason, in its own words. */
function restricted(reason: string): Failure {
  return { sentence: `Instagram restricts this post: ${reason.trim().replace(/\.$/, "")}.` };
}

/** What yt-dlp 2026.10.26 writes → what it means, the first that fits. */
const TABLE: [RegExp, (match: RegExpExecArray) => Failure][] = [
  [
    /Restricted Video(?:: *)?(.*?)(?:\.? Use --cookies|$)/,
    ([, reason]) => restricted(reason || "it does not say why"),
  ],
  [/login page|rate-limit|HTTP Error 429/, () => FAILURES.limited],
  [
    /empty media response|only available for registered users|You need to log in|content is unreachable/,
    () => FAILURES.login,
  ],
  [/HTTP Error 404|Page not available/i, () => FAILURES.gone],
  [/timed out/, () => FAILURES.slow],
  [/TransportError|ProxyError|SSLError/, () => FAILURES.unreachable],
];

/** Reads what yt-dlp wrote to its standard error. */
export function failureOfYtDlp(stderr: string): Failure {
  const line = errorLine(stderr);
  for (const [pattern, failure] of TABLE) {
    const match = pattern.exec(line);
    if (match) return failure(match);
  }
  return FAILURES.outdated;
}

/**
 * The first error without its prefix, `ERROR: [Instagram] CODE: `. The code is whatever a person
 * pasted, and could read like one of the table's words.
 */
export function errorLine(stderr: string): string {
  const line = stderr.split("\n").find((each) => each.startsWith("ERROR:")) ?? stderr.trim();
  return line.replace(/^ERROR: (\[[^\]]*\] (?:[^\s:]+: )?)?/, "");
}

/** Reads why the host could not download a file. */
export function failureOfDownload(error: unknown): Failure {
  switch (error instanceof HostError ? error.code : undefined) {
    case "DEADLINE":
      return FAILURES.slow;
    case "NETWORK_FAILED":
      return FAILURES.unreachable;
    case "HTTP_STATUS":
      return FAILURES.refused;
    default:
      return FAILURES.outdated;
  }
}

/** Whether a file was over the limit: ours on its way in, or the homeserver's on its way out. */
export function isTooLarge(error: unknown): error is HostError {
  return error instanceof HostError && (error.code === "TOO_LARGE" || error.code === "M_TOO_LARGE");
}
