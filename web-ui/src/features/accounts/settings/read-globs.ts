/** A line of the list that takes no invitation as it is, and why. */
export interface GlobProblem {
  line: string;
  why: "space" | "address" | "user" | "no-server" | "long";
}

/**
 * The globs of users and servers that somebody typed, one a line. The host takes more than these: what can never fit
 * an invitation is told here.
 */
export function readGlobs(text: string): { globs: string[]; problem: GlobProblem | undefined } {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const wrong = lines.flatMap((line) => {
    const why = whyWrong(line);
    return why ? [{ line, why }] : [];
  });
  return { globs: [...new Set(lines)], problem: wrong[0] };
}

function whyWrong(line: string): GlobProblem["why"] | undefined {
  if (/\s|,/.test(line)) return "space";
  if (line.includes("/")) return "address";
  if (line.length > 255) return "long";
  if (line.indexOf("@", 1) !== -1 || line === "@") return "user";
  return line.startsWith("@") && !/[:*]/.test(line) ? "no-server" : undefined;
}
