import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { auditLogQuery } from "../../api/audit-log.ts";
import { usersQuery } from "../../api/users.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { Rows } from "../../components/QueryView.tsx";
import { AuditList } from "./AuditList.tsx";
import { actionWords, auditActions } from "./audit-words.ts";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/settings/audit-log");
const actions = auditActions.map((action) => ({ value: action, label: actionWords(action) }));

export function AuditLogPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const log = useInfiniteQuery(auditLogQuery(filter));
  const names = useQuery(usersQuery).data?.map(({ name }) => name) ?? [];
  const entries = log.data?.pages.flatMap(({ items }) => items);
  const choose = (change: { user?: string; action?: string }) => {
    const wanted = Object.entries({ ...filter, ...change }).filter(([, value]) => value);
    void navigate({ to: "/settings/audit-log", search: Object.fromEntries(wanted), replace: true });
  };
  return (
    <>
      <Group mb="sm" align="flex-end">
        <NativeSelect
          label={texts.ofUser}
          data={[{ value: "", label: texts.anyUser }, ...withChosen(names, filter.user)]}
          value={filter.user ?? ""}
          onChange={(event) => choose({ user: event.currentTarget.value })}
        />
        <NativeSelect
          label={texts.ofAction}
          data={[{ value: "", label: texts.anyAction }, ...actions]}
          value={filter.action ?? ""}
          onChange={(event) => choose({ action: event.currentTarget.value })}
        />
      </Group>
      <ProblemAlert error={log.error} onRetry={() => void log.refetch()} />
      {entries === undefined && !log.error && <Rows />}
      {entries?.length === 0 && <Text>{texts.noEntries}</Text>}
      {entries && entries.length > 0 && <AuditList entries={entries} />}
      {log.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {texts.older}
        </Button>
      )}
    </>
  );
}

/** Somebody who is gone has done things, too. */
function withChosen(names: string[], chosen: string | undefined): string[] {
  return chosen === undefined || names.includes(chosen) ? names : [...names, chosen];
}
