/** Which entries of a list to give: the newest ones, of those older than an ID. */
export interface Page {
  /** Without it, the newest of all. */
  before?: number | undefined;
  limit: number;
}
