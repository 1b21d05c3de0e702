import type { MessageContent } from "../context.ts";
import { escapeHtml } from "../html.ts";
import type { CommandInfo } from "../protocol/delivery.ts";

/** The answer to `!help`: each command as it is typed, and what it does. */
export function helpText(commands: readonly CommandInfo[]): MessageContent {
  const text = commands.map(({ usage, description }) => `${usage} – ${description}`).join("\n");
  const items = commands.map(
    ({ usage, description }) => `<li><code>${escapeHtml(usage)}</code> – ${escapeHtml(description)}</li>`,
  );
  return { text, html: `<ul>${items.join("")}</ul>` };
}
