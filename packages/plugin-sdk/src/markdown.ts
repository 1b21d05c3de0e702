import type { Marked, Tokens } from "marked";
import { type FormattedText, formattedText, isFormattedText, type Mentions } from "./formatted-text.ts";
import { escapeHtml } from "./html.ts";
import { marked } from "./marked.ts";

/** What may stand in a Markdown template. Texts and numbers are shown as they are, whatever is in them. */
export type MarkdownValue = string | number | bigint | boolean | FormattedText;

// A value stands in the source as its number between these two, which are nobody's characters.
const BEGIN = "\uE000";
const END = "\uE001";
const PLACEHOLDER = new RegExp(`${BEGIN}(\\d+)${END}`, "g");
const RESERVED = new RegExp(`[${BEGIN}${END}]`, "g");

/** https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes: what a link may lead to. */
const LINK = /^(?:https?|ftp|mailto|magnet):/i;
const LANGUAGE = /^[\w+#.-]{1,40}$/;

/**
 * Formats a text: Markdown with GitHub's tables and strikethrough. As a tag of a template, it shows what is
 * put in as it is; a person's `**` or `<b>` changes nothing, nor does a link of theirs begin to lead somewhere.
 * Its HTML has only what Matrix allows; HTML in the source is shown as text.
 *
 * @example
 * ```ts
 * import { definePlugin, markdown, Type } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("note", { description: "Note something", args: { text: Type.String() } }, (ctx) =>
 *       ctx.reply(markdown`
 *         **Noted** by ${ctx.sender.displayName}:
 *
 *         > ${ctx.args.text}
 *       `));
 *   },
 * });
 * ```
 *
 * @throws TypeError for a value that is none of these
 */
export function markdown(source: string): FormattedText;
export function markdown(source: TemplateStringsArray, ...values: MarkdownValue[]): FormattedText;
export function markdown(source: string | TemplateStringsArray, ...values: MarkdownValue[]): FormattedText {
  if (typeof source === "string") return format(source.replaceAll(RESERVED, ""), []);
  for (const value of values) check(value);
  const parts = source.map((part) => part.replaceAll(RESERVED, ""));
  const joined = parts.map((part, n) => (n === 0 ? part : `${BEGIN}${n - 1}${END}${part}`)).join("");
  return format(unindented(joined), values);
}

function check(value: unknown): void {
  if (["string", "number", "bigint", "boolean"].includes(typeof value) || isFormattedText(value)) return;
  throw new TypeError(
    "Texts and numbers can stand in Markdown, and what markdown(), mention() and spoiler() give.",
  );
}

function format(source: string, values: readonly MarkdownValue[]): FormattedText {
  const given = (index: string) => values[Number(index)] ?? "";
  const shown = (value: MarkdownValue) => (isFormattedText(value) ? value.text : String(value));
  const plain = (text: string) => text.replaceAll(PLACEHOLDER, (_, index: string) => shown(given(index)));
  const inHtml = (value: MarkdownValue) =>
    isFormattedText(value) ? value.html : escapeHtml(String(value)).replaceAll("\n", "<br>");

  const html = rendererOf(plain)
    .parse(source, { async: false })
    .replaceAll(PLACEHOLDER, (_, index: string) => inHtml(given(index)));
  return formattedText(plain(source).trim(), unwrapped(html.trim()), mentionsOf(values));
}

/**
 * @param plain puts the values into a text, for where they are no HTML
 */
function rendererOf(plain: (text: string) => string): Marked {
  const { Marked } = marked();
  return new Marked({
    gfm: true,
    // HTML is no more than text, so that what stands between its tags is formatted.
    tokenizer: { html: () => undefined, tag: () => undefined },
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      code({ text, lang = "" }: Tokens.Code) {
        const language = LANGUAGE.test(lang) ? ` class="language-${escapeHtml(lang)}"` : "";
        return `<pre><code${language}>${escapeHtml(plain(text).replace(/\n+$/, ""))}\n</code></pre>`;
      },
      codespan: ({ text }: Tokens.Codespan) => `<code>${escapeHtml(plain(text))}</code>`,
      checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
      link({ href, tokens }: Tokens.Link) {
        const label = this.parser.parseInline(tokens);
        const address = addressOf(href, plain);
        return LINK.test(address) ? `<a href="${escapeHtml(address)}">${label}</a>` : label;
      },
      image({ href, text }: Tokens.Image) {
        const address = addressOf(href, plain);
        const alt = escapeHtml(plain(text));
        if (address.startsWith("mxc://")) return `<img src="${escapeHtml(address)}" alt="${alt}">`;
        return LINK.test(address) ? `<a href="${escapeHtml(address)}">${alt || "image"}</a>` : alt;
      },
      tablecell({ header, tokens }: Tokens.TableCell) {
        const tag = header ? "th" : "td";
        return `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
      },
    },
  });
}

/** A value that is the whole address is one; in a part of an address, it stays a part. */
function addressOf(href: string, plain: (text: string) => string): string {
  const isWhole = new RegExp(`^${BEGIN}\\d+${END}$`).test(href);
  if (isWhole) return plain(href).trim();
  return href.replaceAll(PLACEHOLDER, (placeholder) => encodeURIComponent(plain(placeholder)));
}

/** Of a single paragraph, what is in it: clients set paragraphs apart. */
function unwrapped(html: string): string {
  const [, inner] = /^<p>([\s\S]*)<\/p>$/.exec(html) ?? [];
  return inner === undefined || inner.includes("<p>") ? html : inner;
}

function mentionsOf(values: readonly MarkdownValue[]): Mentions | undefined {
  const all = values.flatMap((value) => (isFormattedText(value) && value.mentions ? [value.mentions] : []));
  if (all.length === 0) return undefined;
  const users = [...new Set(all.flatMap(({ users = [] }) => users))];
  return { users, ...(all.some(({ room }) => room) ? { room: true } : {}) };
}

/** Without the indentation that its lines share, which is the code's and not the text's. */
function unindented(text: string): string {
  const lines = text.split("\n");
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const indent = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line, n) => (n === 0 ? line : line.slice(indent))).join("\n");
}
