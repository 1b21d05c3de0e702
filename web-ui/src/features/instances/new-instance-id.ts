const PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What is wrong with a name for a new instance, if anything. */
export function idProblem(id: string, taken: readonly string[]): "empty" | "pattern" | "taken" | undefined {
  if (!id) return "empty";
  if (!PATTERN.test(id)) return "pattern";
  return taken.includes(id) ? "taken" : undefined;
}

/** A free name for an instance of a plugin: its name, and a number if that is taken. */
export function suggestId(pluginName: string, taken: readonly string[]): string {
  const stem =
    pluginName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 58) || "bot";
  if (!taken.includes(stem)) return stem;
  let number = 2;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}
