/** Reading values of which nothing is known: each gives the value if it is of that kind. */

export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A count or a length in some unit: finite and not negative. */
export const asSize = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
