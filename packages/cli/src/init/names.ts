import { basename, resolve } from "node:path";
import { PluginId } from "@rookery/plugin-sdk/manifest";

/** The schema is this at run time; its type does not say so. */
const { pattern, maxLength } = PluginId as unknown as { pattern: string; maxLength: number };
const ID = new RegExp(pattern);
/** As a manifest has it. */
export const NAME_LENGTH = 64;

/** What a folder's name suggests: `Rolling Dice` → `rolling-dice`, `Rolling Dice`. */
export function suggestNames(folder: string): { slug: string; id: string; name: string } {
  const base = basename(resolve(folder));
  const words = base
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .match(/[A-Za-z0-9]+/g) ?? ["bot"];
  const slug = words.join("-").toLowerCase().slice(0, 60);
  const name = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(" ");
  return { slug, id: `org.example.${slug}`, name: name.slice(0, NAME_LENGTH) };
}

/** Why it cannot be a plugin's ID, or `null`. */
export function whyNotId(id: string): string | null {
  if (ID.test(id) && id.length <= maxLength) return null;
  return `"${id}" cannot be a plugin's ID: that is a reverse domain name in lower case, such as org.example.dice.`;
}

/** Why it cannot be a plugin's name, or `null`. */
export function whyNotName(name: string): string | null {
  if (name.trim() !== "" && name.length <= NAME_LENGTH) return null;
  return `A plugin's name has 1 to ${NAME_LENGTH} characters.`;
}
