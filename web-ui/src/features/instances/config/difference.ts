import { isRecord, isSecret, labelOf, type Schema } from "../../../components/schema-form/fields.ts";
import type { Config } from "../../../components/schema-form/values.ts";
import { texts } from "./texts.ts";

/** One setting that is not as it was. */
export interface Difference {
  /** As people call it, with the objects around it: "Mail: User". */
  label: string;
  /** What becomes of it, in words: "Hello → Good day". */
  what: string;
}

/**
 * What saving changes, setting by setting. A setting that is left out is what the plugin takes then, and no value of
 * a secret is ever in it.
 */
export function differences(schema: Schema | null, before: Config, after: Config): Difference[] {
  return inside(schema ?? undefined, before, after, "");
}

function inside(schema: Schema | undefined, before: Config, after: Config, around: string): Difference[] {
  const properties = isRecord(schema?.properties) ? schema.properties : {};
  // In the order in which the form has them; what the plugin does not know comes last.
  const names = new Set([...Object.keys(properties), ...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const property = properties[name];
    const its = isRecord(property) ? property : undefined;
    const label = around + labelOf(name, its);
    const [old, now] = [own(before, name), own(after, name)];
    if (its && isSecret(its)) return secret(label, now);
    if (
      isRecord(old ?? now) &&
      isRecord(now ?? old) &&
      (its?.properties || (isRecord(old) && isRecord(now)))
    ) {
      return inside(its, (old ?? {}) as Config, (now ?? {}) as Config, `${label}: `);
    }
    return one(label, old, now, its?.default);
  });
}

/** A config from the host has no secrets: what has one here is to have a new one, or none. */
function secret(label: string, now: unknown): Difference[] {
  if (now === undefined) return [];
  return [{ label, what: now === null || now === "" ? texts.secretRemoved : texts.secretNew }];
}

function one(label: string, old: unknown, now: unknown, usual: unknown): Difference[] {
  const [was, is] = [old ?? usual, now ?? usual];
  if (same(was, is)) return [];
  if (was === undefined) return [{ label, what: texts.added(shown(is)) }];
  if (is === undefined) return [{ label, what: texts.removed(shown(was)) }];
  if (isList(was) && isList(is)) {
    const gone = was.filter((item) => !is.some((other) => same(item, other)));
    const come = is.filter((item) => !was.some((other) => same(item, other)));
    if (gone.length + come.length > 0) {
      const words = [
        ...come.map((item) => texts.added(shown(item))),
        ...gone.map((item) => texts.removed(shown(item))),
      ];
      return [{ label, what: words.join(", ") }];
    }
    return [{ label, what: texts.otherOrder }];
  }
  const note = now === undefined ? ` ${texts.asThePluginSays}` : "";
  return [{ label, what: texts.becomes(shown(was), shown(is)) + note }];
}

function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? texts.on : texts.off;
  if (value === "") return texts.emptyText;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}

const MOST = 120;

const own = (config: Config, name: string) => (Object.hasOwn(config, name) ? config[name] : undefined);
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
