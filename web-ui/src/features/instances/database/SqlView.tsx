import { SQLite, sql } from "@codemirror/lang-sql";
import { Button, Group, Stack, Text } from "@mantine/core";
import type { Database } from "@rookery/host/api";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { statementRows } from "../../../api/databases.ts";
import { CodeEditor } from "../../../components/code-editor/CodeEditor.tsx";
import { RowsView } from "./RowsView.tsx";
import { texts } from "./texts.ts";

/** A statement of one's own, which reads only. @param table that one came from */
export function SqlView({ id, tables, table }: { id: string; tables: Database["tables"]; table: string }) {
  const [statement, setStatement] = useState(() => `SELECT * FROM ${quoted(table)}`);
  const [asked, setAsked] = useState<{ statement: string; run: number }>();
  const language = useMemo(() => {
    const schema = Object.fromEntries(
      tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]),
    );
    return sql({ dialect: SQLite, schema, upperCaseKeywords: true });
  }, [tables]);
  const run = () => {
    if (statement.trim()) setAsked({ statement, run: (asked?.run ?? 0) + 1 });
  };
  return (
    <Stack>
      <div>
        <CodeEditor
          label={texts.sqlLabel}
          initial={statement}
          language={language}
          onChange={setStatement}
          onEnter={run}
        />
        <Text size="sm" c="dimmed" mt={4}>
          {texts.sqlHelp}
        </Text>
      </div>
      <Group>
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          disabled={!statement.trim()}
          onClick={run}
        >
          {texts.run}
        </Button>
      </Group>
      {asked && (
        <RowsView
          key={asked.run}
          label={texts.result}
          file={`${id}.csv`}
          source={statementRows(id, asked.statement)}
          run={asked.run}
        />
      )}
    </Stack>
  );
}

const quoted = (name: string) =>
  /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
