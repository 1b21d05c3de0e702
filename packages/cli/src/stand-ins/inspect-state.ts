/** What `inspect` can be told. Colours and hidden properties there are none. */
export interface InspectOptions {
  /** How many levels of objects in objects are shown. */
  depth?: number | null;
  breakLength?: number;
  compact?: number | boolean;
  maxArrayLength?: number | null;
  maxStringLength?: number | null;
  sorted?: boolean;
}

/** Where an `inspect` is. */
export interface State extends Required<Omit<InspectOptions, "compact">> {
  depth: number;
  maxArrayLength: number;
  maxStringLength: number;
  /** How many levels may share a line. */
  compact: number;
  /** Those in which the current one lies. */
  above: object[];
  circular: Map<object, number>;
  indentation: number;
  /** The level of what was shown last. */
  deepest: number;
  /** Shows what lies in what is shown. */
  show(value: unknown, level: number): string;
}
