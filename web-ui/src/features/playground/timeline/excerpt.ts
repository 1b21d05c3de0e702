import { texts } from "../texts.ts";
import type { MessageContent } from "./content.ts";

/** A message in a few words, for where it is only pointed at. */
export function excerpt(content: MessageContent | undefined): string {
  if (!content) return texts.removed;
  const words = content.kind === "text" ? content.body : (content.caption?.body ?? content.name);
  return words.replace(/\s+/g, " ").trim().slice(0, 140);
}
