export type Piece = { text: string; href?: string };

const LINK = /\bhttps?:\/\/[^\s<>"]+/g;

/** Splits a plain text into links and what stands between. Punctuation at a link's end belongs to the sentence. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const href = trimEnd(match[0]);
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: href, href });
    from = match.index + href.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

function trimEnd(link: string): string {
  const trimmed = link.replace(/[.,;:!?'”’]+$/, "");
  // A closing bracket stays if it was opened inside the link.
  return trimmed.endsWith(")") && !trimmed.includes("(") ? trimEnd(trimmed.slice(0, -1)) : trimmed;
}
