import { Button, Group, Text, Title } from "@mantine/core";
import type { OpenSession } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { sessionsQuery, useEndOtherSessions, useEndSession } from "../../api/tokens.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { browserName } from "./browser-name.ts";
import { texts } from "./texts.ts";

export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const toast = useToast();
  const end = useEndSession();
  const endOthers = useEndOtherSessions();
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{texts.sessions}</Title>
        {sessions.data && sessions.data.length > 1 && (
          <Button
            variant="default"
            loading={endOthers.isPending}
            onClick={() =>
              endOthers.mutate(undefined, { onSuccess: () => toast({ message: texts.endedOthers }) })
            }
          >
            {texts.endOthers}
          </Button>
        )}
      </Group>
      <ProblemAlert error={end.error ?? endOthers.error} />
      <QueryView query={sessions}>
        {(list) => (
          <CardTable label={texts.sessions} columns={[texts.browser, texts.signedIn, texts.lastUsed, ""]}>
            {list.map((session) => (
              <Row
                key={session.id}
                session={session}
                pending={end.isPending && end.variables === session.id}
                onEnd={() => end.mutate(session.id, { onSuccess: () => toast({ message: texts.ended }) })}
              />
            ))}
          </CardTable>
        )}
      </QueryView>
    </section>
  );
}

function Row({ session, pending, onEnd }: { session: OpenSession; pending: boolean; onEnd: () => void }) {
  const where = browserName(session.userAgent) ?? texts.unknownBrowser;
  return (
    <tr>
      <Cell>
        <span title={session.userAgent ?? undefined}>{where}</span>
        {session.current && (
          <Text size="xs" c="dimmed">
            {texts.thisOne}
          </Text>
        )}
      </Cell>
      <Cell label={texts.signedIn}>
        <RelativeTime at={session.createdAt} />
      </Cell>
      <Cell label={texts.lastUsed}>
        <RelativeTime at={session.lastUsedAt} />
      </Cell>
      <Cell end>
        {!session.current && (
          <Button
            size="xs"
            variant="default"
            aria-label={texts.endOf(where)}
            loading={pending}
            onClick={onEnd}
          >
            {texts.end}
          </Button>
        )}
      </Cell>
    </tr>
  );
}
