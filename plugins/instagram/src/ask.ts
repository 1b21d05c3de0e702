import { type Deadline, type Failures, FetchFailure, failureOfRequest, inTime } from "@rookery/link-media";

/** A page's own refusals. */
const STATUSES: Record<number, keyof Pick<Failures, "gone" | "limited" | "login">> = {
  401: "login",
  403: "login",
  404: "gone",
  410: "gone",
  429: "limited",
};

/**
 * Asks Instagram's site for a page, and follows no redirect.
 *
 * @throws FetchFailure
 */
export async function ask(url: string, failures: Failures, deadline: Deadline): Promise<Response> {
  if (deadline.left() === 0) throw new FetchFailure(failures.slow);
  let answer: Response;
  try {
    const headers = { accept: "text/html", "accept-language": "en" };
    answer = await inTime(
      fetch(url, { headers, redirect: "manual" }),
      deadline,
      () => new FetchFailure(failures.slow),
    );
  } catch (error) {
    throw error instanceof FetchFailure ? error : new FetchFailure(failureOfRequest(failures, error), error);
  }
  const refusal = STATUSES[answer.status];
  if (refusal) throw new FetchFailure(failures[refusal]);
  if (answer.status >= 500) throw new FetchFailure(failures.unreachable);
  return answer;
}
