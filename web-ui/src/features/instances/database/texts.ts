export const texts = {
  empty: "No database yet",
  emptyDetail:
    "A plugin that keeps data in tables (bot.database) has one after its first start. Many plugins need none.",
  noTables: "Its database has no tables",
  noTablesDetail: "What its plugin makes in it appears here.",
  tables: "Tables",
  refresh: "Refresh",
  writeSql: "SQL…",
  rowCount: (rows: number) => rows.toLocaleString("en"),
  moreThan: (rows: number) => `more than ${rows.toLocaleString("en")}`,
  noRows: "No rows.",
  rowsFrom: (first: number, last: number) =>
    first === last
      ? `Row ${first.toLocaleString("en")}`
      : `Rows ${first.toLocaleString("en")} to ${last.toLocaleString("en")}`,
  previous: "Previous",
  next: "Next",
  nothing: "NULL",
  emptyText: "empty text",
  blob: (bytes: number) => `${bytes.toLocaleString("en")} ${bytes === 1 ? "byte" : "bytes"}`,
  exportCsv: "Export as CSV",
  exporting: (size: string) => `Exporting, ${size} so far`,
  exported: (file: string) => `${file} has all rows.`,
  exportCut: (file: string, size: string) =>
    `${file} is cut after ${size}: there are more rows. Take fewer with SQL, or all with rookery sql --csv.`,
  sqlLabel: "SQL",
  sqlHelp:
    "It reads only: what would change something is refused. Ctrl Space proposes tables and columns, Ctrl Enter runs it.",
  run: "Run",
  result: "Result",
} as const;
