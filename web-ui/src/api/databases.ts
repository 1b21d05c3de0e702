import type { Database, DatabaseRows } from "@rookery/host/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, nextOf, request } from "./request.ts";

/** A page of rows, and the path of the next one. */
export interface RowsPage extends DatabaseRows {
  next: string | undefined;
}

/** Where rows come from: a table, or a statement that only reads. */
export interface RowSource {
  path: string;
  sql?: string;
}

const at = (id: string) => `/instances/${encodeURIComponent(id)}/database`;

export const tableRows = (id: string, table: string): RowSource => ({
  path: `${at(id)}/tables/${encodeURIComponent(table)}`,
});
export const statementRows = (id: string, sql: string): RowSource => ({ path: `${at(id)}/query`, sql });

/** The tables of an instance's database. To count them takes a while: it is looked at when it is opened. */
export const databaseQuery = (id: string) =>
  queryOptions({
    queryKey: ["database", id],
    queryFn: () => request<Database>("GET", at(id)),
    refetchOnWindowFocus: false,
  });

const sent = ({ path, sql }: RowSource, headers: Record<string, string>) =>
  sql === undefined ? ask("GET", path, undefined, headers) : ask("POST", path, { sql }, headers);

/** A page of rows. @param run counts how often it was asked for: it is asked again for each */
export const rowsQuery = (source: RowSource, run: number) =>
  queryOptions({
    queryKey: ["rows", source, run],
    queryFn: async (): Promise<RowsPage> => {
      const response = await sent(source, {});
      return { ...((await response.json()) as DatabaseRows), next: nextOf(response) };
    },
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** The host gives up to 50,000 rows at once. */
const MOST_PAGES = 4;

/**
 * All rows as CSV, as `rookery sql --csv` has them, put together of the host's pages.
 *
 * @param onPage hears after each page how many bytes there are
 * @returns `isCut` where there are more rows than fit into one file
 */
export async function csvOf(
  source: RowSource,
  columns: readonly { name: string }[],
  onPage: (bytes: number) => void,
): Promise<{ file: Blob; isCut: boolean }> {
  const head = headOf(columns);
  const parts: string[] = [];
  let next: string | undefined = source.path;
  while (next !== undefined && parts.length < MOST_PAGES) {
    const response = await sent({ ...source, path: next }, { accept: "text/csv" });
    const text = await response.text();
    // Each page begins with the names of the columns.
    parts.push(parts.length > 0 && text.startsWith(head) ? text.slice(head.length) : text);
    next = nextOf(response);
    onPage(parts.reduce((sum, { length }) => sum + length, 0));
  }
  return { file: new Blob(parts, { type: "text/csv" }), isCut: next !== undefined };
}

/** The first line of a page, as the host writes it (RFC 4180). */
function headOf(columns: readonly { name: string }[]): string {
  const names = columns.map(({ name }) =>
    name !== "" && !/[",\r\n]/.test(name) && name.trim() === name ? name : `"${name.replaceAll('"', '""')}"`,
  );
  return `${names.join(",")}\r\n`;
}
