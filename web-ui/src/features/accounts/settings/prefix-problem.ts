/** Why a text cannot stand before a command, if it cannot. */
export function prefixProblem(prefix: string): "empty" | "space" | "long" | undefined {
  if (prefix === "") return "empty";
  if (/\s/.test(prefix)) return "space";
  return prefix.length > 16 ? "long" : undefined;
}
