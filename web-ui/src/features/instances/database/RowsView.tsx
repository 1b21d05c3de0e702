import { Button, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type RowSource, rowsQuery } from "../../../api/databases.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { ExportCsv } from "./ExportCsv.tsx";
import { RowsTable } from "./RowsTable.tsx";
import { texts } from "./texts.ts";

/** Rows, page by page, and the way to take all of them along. */
export function RowsView({
  label,
  file,
  source,
  run,
}: {
  label: string;
  /** What a file of them is called. */
  file: string;
  source: RowSource;
  /** Counts how often it was asked for. */
  run: number;
}) {
  /** The pages before this one: where each was, and how many rows it had. */
  const [before, setBefore] = useState<{ path: string; rows: number }[]>([]);
  const [path, setPath] = useState(source.path);
  // Another statement, or the same one again, begins anew.
  useEffect(() => {
    setBefore([]);
    setPath(source.path);
  }, [source.path, source.sql, run]);
  const page = useQuery(rowsQuery({ ...source, path }, run));
  const skipped = before.reduce((sum, { rows }) => sum + rows, 0);
  const back = () => {
    const last = before.at(-1);
    if (!last) return;
    setBefore(before.slice(0, -1));
    setPath(last.path);
  };
  if (page.error) return <ProblemAlert error={page.error} />;
  return (
    <QueryView query={page}>
      {({ columns, rows, next }) => (
        <>
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="dimmed" role="status">
              {rows.length === 0 ? texts.noRows : texts.rowsFrom(skipped + 1, skipped + rows.length)}
            </Text>
            <Group gap="xs">
              {(before.length > 0 || next) && (
                <>
                  <Button
                    size="xs"
                    variant="default"
                    leftSection={<IconChevronLeft size={14} aria-hidden />}
                    disabled={before.length === 0}
                    onClick={back}
                  >
                    {texts.previous}
                  </Button>
                  <Button
                    size="xs"
                    variant="default"
                    rightSection={<IconChevronRight size={14} aria-hidden />}
                    disabled={!next}
                    loading={page.isPlaceholderData}
                    onClick={() => {
                      if (!next) return;
                      setBefore([...before, { path, rows: rows.length }]);
                      setPath(next);
                    }}
                  >
                    {texts.next}
                  </Button>
                </>
              )}
              <ExportCsv source={source} columns={columns} file={file} />
            </Group>
          </Group>
          <RowsTable label={label} columns={columns} rows={rows} />
        </>
      )}
    </QueryView>
  );
}
