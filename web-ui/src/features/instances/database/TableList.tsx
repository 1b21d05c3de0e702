import { Button, Group, Text } from "@mantine/core";
import type { Database } from "@rookery/host/api";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { byteSize } from "../../../components/byte-size.ts";
import classes from "./InstanceDatabase.module.css";
import { texts } from "./texts.ts";

type Table = Database["tables"][number];

/** The tables to choose from, with how many rows they have, and the way to a statement of one's own. */
export function TableList({
  id,
  database,
  chosen,
  isFetching,
  onRefresh,
}: {
  id: string;
  database: Database;
  /** `null` where a statement is written. */
  chosen: string | null;
  isFetching: boolean;
  onRefresh: () => void;
}) {
  return (
    <nav aria-label={texts.tables}>
      <ul className={classes.list}>
        {database.tables.map((table) => (
          <li key={table.name}>
            <Link
              to="/instances/$id/database"
              params={{ id }}
              search={{ table: table.name }}
              resetScroll={false}
              activeOptions={{ exact: true }}
              aria-current={table.name === chosen ? "page" : undefined}
            >
              <span>{table.name}</span>
              <span className={classes.count}>{countOf(table)}</span>
            </Link>
          </li>
        ))}
        <li>
          <Link
            to="/instances/$id/database"
            params={{ id }}
            search={(before) => ({ ...before, view: "sql" as const })}
            resetScroll={false}
            activeOptions={{ exact: true }}
            aria-current={chosen === null ? "page" : undefined}
          >
            {texts.writeSql}
          </Link>
        </li>
      </ul>
      <Group justify="space-between" mt="xs" px={8}>
        <Text size="xs" c="dimmed">
          {byteSize(database.bytes)}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconRefresh size={12} aria-hidden />}
          loading={isFetching}
          onClick={onRefresh}
        >
          {texts.refresh}
        </Button>
      </Group>
    </nav>
  );
}

function countOf({ rows, counted, kind }: Table): string {
  if (rows === null) return kind;
  return counted ? texts.rowCount(rows) : texts.moreThan(rows);
}
