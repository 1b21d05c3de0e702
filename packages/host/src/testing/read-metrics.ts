const LABELS = String.raw`(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*`;
const LINE = new RegExp(String.raw`^([a-z_:]+)(?:\{(${LABELS})\})? (\S+)$`);
const LABEL = /([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"/g;

export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/**
 * Reads Prometheus' text format, as strictly as Prometheus does.
 *
 * @throws Error that has the line that is none, or a series that is there twice
 */
export function readMetrics(text: string): ReadSample[] {
  const seen = new Set<string>();
  return text
    .split("\n")
    .filter((line) => line !== "" && !/^# (HELP|TYPE) [a-z_]+ .+$/.test(line))
    .map((line) => {
      const [, name = "", labels = "", value] = LINE.exec(line) ?? [];
      const series = `${name}{${labels}}`;
      if (value === undefined || Number.isNaN(Number(value)) || seen.has(series)) {
        throw new Error(`This is no sample, or there twice: ${line}`);
      }
      seen.add(series);
      const read = [...labels.matchAll(LABEL)].map(([, key = "", text = ""]) => [key, withoutEscapes(text)]);
      return { name, labels: Object.fromEntries(read) as Record<string, string>, value: Number(value) };
    });
}

const withoutEscapes = (text: string) =>
  text.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
