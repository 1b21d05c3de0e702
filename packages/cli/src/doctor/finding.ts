/** What one look of `rookery doctor` found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  what: string;
  /** `note`: it is not needed by everybody. */
  state: "well" | "note" | "wrong";
  found: string;
  /** What to do, unless all is well. */
  remedy?: string;
}
