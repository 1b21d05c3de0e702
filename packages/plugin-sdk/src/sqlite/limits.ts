/** How much one statement may be, and how much it may answer. */
export const DATABASE_LIMITS = {
  /** Characters of a statement or a migration. */
  sql: 100_000,
  /** Bytes of a value and of a row. */
  value: 4 * 1024 * 1024,
  columns: 100,
  parameters: 1_000,
  /** Rows of one answer, and about how many bytes. */
  rows: 50_000,
  answer: 16 * 1024 * 1024,
  /** Prepared statements that are kept. */
  statements: 100,
} as const;
