import type { AuditEntry } from "@rookery/host/api";

type Scalar = string | number | boolean;

const isScalar = (value: unknown): value is Scalar =>
  ["string", "number", "boolean"].includes(typeof value) && String(value).length <= 40;

/** What it was done to, by the name that people know it under. */
export function targetName({ target, before, after }: AuditEntry): string | null {
  const name = after?.name ?? before?.name;
  return typeof name === "string" ? name : target;
}

/** What differs, where that is said in few words: "role: viewer → admin". */
export function changeWords({ before, after }: AuditEntry): string | null {
  if (!before || !after) return null;
  const keys = Object.keys(after);
  if (keys.length === 0 || keys.length > 2) return null;
  const words = keys.map((key) => {
    const [old, now] = [before[key], after[key]];
    return isScalar(old) && isScalar(now) ? `${key}: ${old} → ${now}` : null;
  });
  return words.includes(null) ? null : words.join(", ");
}
