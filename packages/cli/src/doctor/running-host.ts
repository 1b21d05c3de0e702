import type { Readiness } from "@rookery/host/api";
import type { Finding } from "./finding.ts";

const DEADLINE_MS = 5_000;

/** Whether a host runs at the configured port, and can do its work. */
export async function runningHost(port: number): Promise<Finding[]> {
  const what = "Host";
  if (port === 0) return [];
  const url = `http://127.0.0.1:${port}`;
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    const { status, problems } = (await answer.json()) as Readiness;
    if (status === "ready") return [{ what, state: "well", found: `It is ready at ${url}` }];
    const remedy = `Look at the page: ${url}`;
    return problems.map((problem) => ({ what, state: "wrong" as const, found: problem, remedy }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const remedy = "Stop that program, or give Rookery another port.";
      return [{ what, state: "wrong", found: `Something else than Rookery answers at ${url}`, remedy }];
    }
    const remedy = "Start it with npm start, or systemctl start rookery.";
    return [{ what, state: "note", found: `No host runs at ${url}`, remedy }];
  }
}
