/** Keeps secret settings out of what is shown of an instance: log lines, errors, reasons. */
export interface Redaction {
  /** From now on these values of an instance are not shown, in place of those of before. */
  hide(instanceId: string, values: readonly string[]): void;
  /** A text of an instance, without its secrets. */
  clean(instanceId: string, text: string): string;
  /** A text that may be any instance's. */
  cleanAll(text: string): string;
  forget(instanceId: string): void;
}

/** A shorter one stands in too many texts by chance. */
const SHORTEST = 6;
const SHOWN = "[secret]";

export function createRedaction(): Redaction {
  const hidden = new Map<string, string[]>();
  const without = (text: string, found: readonly string[]) =>
    found.reduce((rest, form) => rest.replaceAll(form, SHOWN), text);
  return {
    hide(instanceId, values) {
      const found = values.filter((value) => value.length >= SHORTEST).flatMap(formsOf);
      // The longest first: one may be a part of another.
      if (found.length > 0)
        hidden.set(
          instanceId,
          found.sort((a, b) => b.length - a.length),
        );
      else hidden.delete(instanceId);
    },
    clean: (instanceId, text) => without(text, hidden.get(instanceId) ?? []),
    cleanAll: (text) => [...hidden.values()].reduce(without, text),
    forget: (instanceId) => void hidden.delete(instanceId),
  };
}

/** As it is, as it stands in JSON (an object that was logged) and in a URL (a request that failed). */
function formsOf(value: string): string[] {
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])];
}
