/**
 * Text that SES refuses anywhere in a source, also inside strings and comments, because it tells code
 * from text without parsing: HTML-like comments, dynamic imports and direct evals. The patterns are
 * those of `ses/src/transforms.js`, version 2.3.0.
 */
const REFUSED: { pattern: RegExp; what: string }[] = [
  { pattern: /<!--|-->/, what: "an HTML comment" },
  { pattern: /(?:^|[^.]|\.\.\.)\bimport\s*(?:\(|\/[/*])/, what: "a dynamic import" },
  { pattern: /(?:^|[^.])\beval\s*\(/, what: "a direct eval" },
];

/** The first text in `code` that the sandbox would refuse, or null. Lines count from 1. */
export function findRefusedText(code: string): { what: string; line: number } | null {
  for (const { pattern, what } of REFUSED) {
    const found = pattern.exec(code);
    if (found) return { what, line: lineAt(code, found.index + found[0].length) };
  }
  return null;
}

/** Counted, not split: a hostile file has millions of lines. */
function lineAt(code: string, end: number): number {
  let line = 1;
  for (let at = code.indexOf("\n"); at !== -1 && at < end; at = code.indexOf("\n", at + 1)) line++;
  return line;
}
