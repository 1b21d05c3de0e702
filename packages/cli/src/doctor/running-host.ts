import type { Readiness } from "@rookery/host/api";
import { routeTo, SOCKET } from "../remote/api.ts";
import type { Finding } from "./finding.ts";

const DEADLINE_MS = 5_000;

/** Where a host of this configuration is; `undefined` where any port will do. */
export function configuredHost({ port, socket }: { port: number; socket?: string }): string | undefined {
  if (socket !== undefined) return SOCKET + socket;
  return port === 0 ? undefined : `http://127.0.0.1:${port}`;
}

/** Whether a host runs at the configured address, and can do its work. */
export async function runningHost(url: string | undefined): Promise<Finding[]> {
  const what = "Host";
  if (url === undefined) return [];
  try {
    const { origin, through } = await routeTo(url);
    const answer = await fetch(`${origin}/readyz`, {
      ...through,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
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
