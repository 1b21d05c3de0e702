/** One line of the table. */
export interface Measure {
  what: string;
  value: number;
  unit: "ms" | "ms/event" | "/s" | "MB" | "kB" | "s";
  /** The same of the bare loop, measured in the same run: absolute figures move with the machine. */
  floor?: number;
  /** And of a loop of matrix-bot-sdk. */
  sdk?: number;
  goal?: { atMost: number } | { atLeast: number };
}

/** A part of the benchmark, which can be run alone. */
export interface Part {
  name: string;
  /** What is done, so that the figures can be understood and repeated. */
  about: string;
  /** Why it cannot run on this machine. */
  skip?: () => string | undefined;
  run: (options: { long: boolean }) => Promise<Measure[]>;
}

export const met = ({ value, goal }: Measure): boolean | undefined =>
  goal && ("atMost" in goal ? value <= goal.atMost : value >= goal.atLeast);
