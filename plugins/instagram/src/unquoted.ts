/** What is left of a plain text without code, quoted lines and `<…>`, as Markdown writes them. */
export function unquotedText(text: string): string {
  return text
    .replace(/```[\s\S]*?(?:```|$)/g, " ")
    .replace(/(`{1,2})[^`\n]+\1/g, " ")
    .replace(/^ {0,3}>.*$/gm, " ")
    .replace(/<[^<>\n]*>/g, " ");
}

/** What is left of a message's HTML without code and quotes, its tags included. */
export function unquotedHtml(html: string): string {
  let shown = "";
  let depth = 0;
  let from = 0;
  for (const tag of html.matchAll(/<(\/?)(?:pre|code|blockquote|mx-reply)\b[^<>]*>/gi)) {
    if (depth === 0) shown += html.slice(from, tag.index);
    from = tag.index + tag[0].length;
    depth = tag[1] === "/" ? Math.max(0, depth - 1) : depth + 1;
  }
  return depth === 0 ? shown + html.slice(from) : shown;
}
