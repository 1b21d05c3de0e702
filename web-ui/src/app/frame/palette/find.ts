/** Something that one can go to by its name. */
export interface Entry {
  /** Its address on this page. */
  to: string;
  label: string;
  /** What it is, in a word: "Instance". */
  kind: string;
  /** By which it is found, too, though it is not called so. */
  also?: string;
}

export const MOST = 20;

/**
 * What somebody means who typed this, the nearest first: every word has to be somewhere, and at the beginning of the
 * name counts more than at the beginning of a word, that more than in its midst. All in their order where nothing is typed.
 */
export function find(entries: readonly Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .flatMap((entry) => {
      const label = entry.label.toLowerCase();
      const all = `${label} ${entry.kind} ${entry.also ?? ""}`.toLowerCase();
      if (!words.every((word) => all.includes(word))) return [];
      return [{ entry, distance: Math.max(0, ...words.map((word) => distanceIn(label, word))) }];
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

function distanceIn(label: string, word: string): number {
  const at = label.indexOf(word);
  if (at === -1) return 3;
  if (at === 0) return 0;
  return /[\p{L}\p{N}]/u.test(label[at - 1] ?? "") ? 2 : 1;
}
