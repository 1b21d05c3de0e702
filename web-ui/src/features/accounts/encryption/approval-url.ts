import { ProblemError } from "../../../api/problem.ts";

/** Where it is to be approved first, if it was refused for that. A homeserver says so: only what opens a website is one. */
export function approvalUrl(error: unknown): URL | null {
  if (!(error instanceof ProblemError) || error.problem.code !== "APPROVAL_NEEDED") return null;
  const url = URL.parse(error.problem.approvalUrl ?? "");
  return url !== null && ["https:", "http:"].includes(url.protocol) ? url : null;
}
