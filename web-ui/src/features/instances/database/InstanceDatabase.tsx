import { Button } from "@mantine/core";
import type { Database } from "@rookery/host/api";
import { IconDatabase } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { databaseQuery, tableRows } from "../../../api/databases.ts";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { lazyPart } from "../../../components/lazy-part.tsx";
import { QueryView, Rows } from "../../../components/QueryView.tsx";
import classes from "./InstanceDatabase.module.css";
import { RowsView } from "./RowsView.tsx";
import { TableList } from "./TableList.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/database");
/** The editor is large: it comes when it is opened. */
const SqlView = lazyPart(() => import("./SqlView.tsx"), "SqlView");

/** What a plugin keeps with `bot.database`: its tables, their rows, and what one asks of them. */
export function InstanceDatabase() {
  const { id } = route.useParams();
  const database = useQuery(databaseQuery(id));
  return (
    <QueryView query={database}>
      {(found) =>
        found.tables.length === 0 ? (
          <EmptyState
            icon={<IconDatabase size={40} />}
            title={found.exists ? texts.noTables : texts.empty}
            detail={found.exists ? texts.noTablesDetail : texts.emptyDetail}
          >
            <Button variant="default" loading={database.isFetching} onClick={() => void database.refetch()}>
              {texts.refresh}
            </Button>
          </EmptyState>
        ) : (
          <View
            id={id}
            database={found}
            isFetching={database.isFetching}
            onRefresh={() => void database.refetch()}
          />
        )
      }
    </QueryView>
  );
}

interface ViewProps {
  id: string;
  database: Database;
  isFetching: boolean;
  onRefresh: () => void;
}

function View({ id, database, isFetching, onRefresh }: ViewProps) {
  const { view, table } = route.useSearch();
  const [run, setRun] = useState(0);
  const first = database.tables[0];
  const chosen = database.tables.find(({ name }) => name === table) ?? first;
  const isSql = view === "sql";
  const refresh = () => {
    onRefresh();
    setRun(run + 1);
  };
  return (
    <div className={classes.columns}>
      <TableList
        id={id}
        database={database}
        chosen={isSql ? null : (chosen?.name ?? null)}
        isFetching={isFetching}
        onRefresh={refresh}
      />
      <div className={classes.rows}>
        {isSql ? (
          <Suspense fallback={<Rows />}>
            <SqlView id={id} tables={database.tables} table={chosen?.name ?? ""} />
          </Suspense>
        ) : (
          chosen && (
            <RowsView
              key={chosen.name}
              label={chosen.name}
              file={`${id}-${chosen.name}.csv`}
              source={tableRows(id, chosen.name)}
              run={run}
            />
          )
        )}
      </div>
    </div>
  );
}
