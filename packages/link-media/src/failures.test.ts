import { HostError } from "@rookery/plugin-sdk";
import { expect, test } from "vitest";
import { errorLine, failureOfRequest, failureOfYtDlp, failuresOf, incomplete, tooLarge } from "./failures.ts";

const FAILURES = failuresOf("Instagram");

const HINT =
  "Use --cookies-from-browser or --cookies for the authentication. See  https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies";

// As yt-dlp 2026.10.26 wrote them, or as its source has them.
test.each([
  [
    `Instagram sent an empty media response. Check if this post is accessible in your browser without being logged-in. If it is not, then use --cookies-from-browser or --cookies for the authentication. Otherwise, please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q=`,
    FAILURES.login,
  ],
  [`This content is only available for registered users who follow this account. ${HINT}`, FAILURES.login],
  [`You need to log in to access this content. ${HINT}`, FAILURES.login],
  [`This content is unreachable. ${HINT}`, FAILURES.login],
  [
    `The webpage request was redirected to the login page. You have exceeded the rate-limit for accessing posts anonymously. ${HINT}`,
    FAILURES.limited,
  ],
  [
    "Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)",
    FAILURES.limited,
  ],
  [
    "Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPError 404: Not Found>)",
    FAILURES.gone,
  ],
  ["Page not available", FAILURES.gone],
  [
    "Unable to download webpage: The read operation timed out (caused by TransportError('The read operation timed out'))",
    FAILURES.slow,
  ],
  [
    "Unable to download webpage: [Errno 111] Connection refused (caused by TransportError('[Errno 111] Connection refused'))",
    FAILURES.unreachable,
  ],
  [
    "Unable to download webpage: ('Unable to connect to proxy', …) (caused by ProxyError('…'))",
    FAILURES.unreachable,
  ],
  ["Unable to extract LSD token; please report this issue", FAILURES.outdated],
  [
    "Failed to parse JSON (caused by JSONDecodeError(\"Expecting value in '': line 1 column 1\"))",
    FAILURES.outdated,
  ],
])("%s", (text, failure) => {
  expect(
    failureOfYtDlp(FAILURES, `WARNING: something else\nERROR: [Instagram] DCSf3TJ3rAL: ${text}\n`),
  ).toEqual(failure);
});

test("gives Instagram's own reason in its own words", () => {
  const stderr = `ERROR: [Instagram] DCSf: Restricted Video: You must be 18 years old or over. ${HINT}\n`;
  expect(failureOfYtDlp(FAILURES, stderr).sentence).toBe(
    "Instagram restricts this post: You must be 18 years old or over.",
  );
});

test("does not take the shortcode for a word of the error", () => {
  const stderr = "ERROR: [Instagram] HTTP404timed: Unable to extract LSD token";
  expect(errorLine(stderr)).toBe("Unable to extract LSD token");
  expect(failureOfYtDlp(FAILURES, stderr)).toEqual(FAILURES.outdated);
});

test("only what nobody can expect is for the operator", () => {
  const unexpected = Object.values(FAILURES).filter(
    (failure) => typeof failure === "object" && "unexpected" in failure,
  );
  expect(unexpected).toEqual([FAILURES.outdated, FAILURES.notRunnable]);
});

test.each([
  ["DEADLINE", FAILURES.slow],
  ["NETWORK_FAILED", FAILURES.unreachable],
  ["HTTP_STATUS", FAILURES.refused],
  ["PERMISSION_DENIED", FAILURES.outdated],
])("a download that ends in %s", (code, failure) => {
  expect(failureOfRequest(FAILURES, new HostError(code, "for the log"))).toEqual(failure);
});

test("a download that ends in something else altogether", () => {
  expect(failureOfRequest(FAILURES, new TypeError("oops"))).toEqual(FAILURES.outdated);
});

test("names the items that are missing, and each reason once", () => {
  const slow = FAILURES.slow.sentence;
  expect(incomplete([{ position: 3, sentence: slow }], 12)).toBe(
    `Item 3 of 12 could not be fetched: ${slow}`,
  );
  const three = [3, 7, 9].map((position) => ({ position, sentence: slow }));
  expect(incomplete(three, 12)).toBe(`Items 3, 7 and 9 of 12 could not be fetched: ${slow}`);
});

test("says how large a file is, or at least how large it may be", () => {
  expect(tooLarge(63_000_000, 50 * 1024 * 1024, "https://x/")).toContain("(61 MB)");
  expect(tooLarge(undefined, 50 * 1024 * 1024, "https://x/")).toContain("(over 50 MB)");
});
