import type { Notice } from "../notices.ts";
import type { Difference } from "./difference.ts";

/** Something that could not be applied. */
export type KnownProblem = Pick<Difference, "kind" | "name" | "entry"> & { problem: string };

const REMEDY = "“rookery config diff” shows all that differs.";
const RELOAD = "have it read again (systemctl reload rookery, or SIGHUP)";

/**
 * What of the configuration the operator should know.
 *
 * @param file the configuration's
 * @param lineOf on which line of it something stands
 */
export function noticesOf(
  state: {
    /** Why the file as it is now cannot be read. */
    broken: string | null;
    problems: readonly KnownProblem[];
    /** The settings that hold from the next start. */
    later: readonly string[];
    drifted: readonly Difference[];
  },
  file: string,
  lineOf: (problem: KnownProblem) => number | null,
): Notice[] {
  const { broken, problems, later, drifted } = state;
  const placeOf = (problem: KnownProblem) => {
    const line = lineOf(problem);
    return line === null ? file : `${file}, line ${line}`;
  };
  const unread = broken !== null && {
    id: "configuration-broken",
    message: `The configuration was changed and cannot be read, so what held before holds: ${broken}`,
    remedy: "Mend it; “rookery config check” looks at it. Then have it read again.",
  };
  const failed = problems.map((problem) => ({
    id: `declared:${problem.kind}:${problem.name}`,
    message: `${problem.entry} could not be applied: ${problem.problem}`,
    remedy: `Mend it in ${placeOf(problem)} and ${RELOAD}. ${REMEDY}`,
  }));
  const restart = later.length > 0 && {
    id: "configuration-restart",
    message: restartText(later),
    remedy: "Restart Rookery.",
  };
  const drift = drifted.length > 0 && {
    id: "configuration-drift",
    message: `Not everything is as ${file} says: ${drifted.map(inWords).join("; ")}.`,
    remedy: `To make it so, ${RELOAD}. ${REMEDY}`,
  };
  return [unread, ...failed, restart, drift].filter((notice) => notice !== false);
}

export function restartText(names: readonly string[]): string {
  const one = names.length === 1;
  return `${names.join(", ")} ${one ? "was" : "were"} changed, and ${one ? "holds" : "hold"} from the next start.`;
}

/** `instances.hello (enabled, rooms)` */
const inWords = ({ entry, changes }: Difference) =>
  changes.length === 0 ? entry : `${entry} (${changes.map(({ field }) => field).join(", ")})`;
