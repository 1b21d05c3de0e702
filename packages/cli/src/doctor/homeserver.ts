import type { Finding } from "./finding.ts";

const DEADLINE_MS = 10_000;
/** Catch-up ages are told by comparing this machine's clock with the homeserver's. */
const APART_MS = 60_000;

/** Whether a homeserver answers as one does, and whether its clock and this one agree. */
export async function homeserver(url: string, now = Date.now): Promise<Finding> {
  const what = "Homeserver";
  let answer: Response;
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    answer = await fetch(`${url.replace(/\/$/, "")}/_matrix/client/versions`, { signal });
    const { versions } = (await answer.json()) as { versions?: unknown };
    if (!answer.ok || !Array.isArray(versions))
      throw new Error(`it answered ${answer.status}, not as a homeserver`);
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    const remedy = "Is the address right, does it run, and does a firewall or a proxy stand between?";
    return { what, state: "wrong", found: `${url} cannot be used: ${why}`, remedy };
  }
  const there = Date.parse(answer.headers.get("date") ?? "");
  const apart = Math.round(Math.abs(now() - there) / 1000);
  if (apart * 1000 > APART_MS) {
    const remedy =
      "Set the clocks (timedatectl set-ntp true): messages look too old to be answered, or too new.";
    return { what, state: "wrong", found: `The clock of ${url} is ${apart} s apart from this one`, remedy };
  }
  return {
    what,
    state: "well",
    found: `${url} answers${Number.isNaN(there) ? "" : ", and the clocks agree"}`,
  };
}
