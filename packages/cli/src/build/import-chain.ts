import type { Metafile } from "esbuild";

/**
 * How a bundle came to have a file: from the entry on, each file importing the next, the shortest way.
 * Empty where it does not have it.
 */
export function importChain({ inputs }: Pick<Metafile, "inputs">, entry: string, file: string): string[] {
  const cameFrom = new Map<string, string | null>([[entry, null]]);
  // A Map goes on over what is added to it meanwhile.
  for (const at of cameFrom.keys()) {
    if (at === file) break;
    for (const { path } of inputs[at]?.imports ?? []) if (!cameFrom.has(path)) cameFrom.set(path, at);
  }
  if (!cameFrom.has(file)) return [];
  const chain: string[] = [];
  for (let at: string | null | undefined = file; at; at = cameFrom.get(at)) chain.unshift(at);
  return chain;
}
