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

/** What of a plain text is covered, as Markdown writes it: `||like this||`. */
export function coveredText(text: string): string {
  return [...text.matchAll(/\|\|([^|]+)\|\|/g)].map(([, covered]) => covered).join(" ");
}

/** What of a message's HTML is inside a spoiler, to its end tag. */
export function coveredHtml(html: string): string {
  let covered = "";
  let depth = 0;
  let from = 0;
  for (const tag of html.matchAll(/<(\/?)span\b([^<>]*)>/gi)) {
    const opens = tag[1] !== "/";
    if (depth > 0 && !opens && --depth === 0) covered += ` ${html.slice(from, tag.index)}`;
    else if (opens && (depth > 0 || /\bdata-mx-spoiler\b/i.test(tag[2] ?? ""))) {
      if (depth === 0) from = tag.index + tag[0].length;
      depth += 1;
    }
  }
  return depth > 0 ? `${covered} ${html.slice(from)}` : covered;
}
