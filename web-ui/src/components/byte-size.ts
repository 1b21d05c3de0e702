const units = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes for people, in powers of a thousand: 1536 → "1.5 kB". */
export function byteSize(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
