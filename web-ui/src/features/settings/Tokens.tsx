import { Button, Group, Text, Title } from "@mantine/core";
import type { ApiToken } from "@rookery/host/api";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tokensQuery, useRevokeToken } from "../../api/tokens.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { NewToken } from "./NewToken.tsx";
import { roles, texts } from "./texts.ts";

export function Tokens() {
  const tokens = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const toast = useToast();
  const revoke = useRevokeToken();
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{texts.tokens}</Title>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {texts.makeToken}
        </Button>
      </Group>
      <Text c="dimmed" mb="sm">
        {texts.tokensLead}
      </Text>
      <ProblemAlert error={revoke.error} />
      <QueryView query={tokens}>
        {(list) =>
          list.length === 0 ? (
            <Text>{texts.noTokens}</Text>
          ) : (
            <CardTable
              label={texts.tokens}
              columns={[texts.name, texts.role, texts.lastUsed, texts.expires, ""]}
            >
              {list.map((token) => (
                <Row
                  key={token.id}
                  token={token}
                  pending={revoke.isPending && revoke.variables === token.id}
                  onRevoke={() =>
                    revoke.mutate(token.id, {
                      onSuccess: () => toast({ message: texts.revoked(token.name) }),
                    })
                  }
                />
              ))}
            </CardTable>
          )
        }
      </QueryView>
      <NewToken opened={making} onClose={() => setMaking(false)} />
    </section>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

function Row({ token, pending, onRevoke }: { token: ApiToken; pending: boolean; onRevoke: () => void }) {
  return (
    <tr>
      <Cell>{token.name}</Cell>
      <Cell label={texts.role}>{roles[token.role]}</Cell>
      <Cell label={texts.lastUsed}>
        <RelativeTime at={token.lastUsedAt} />
      </Cell>
      <Cell label={texts.expires}>
        <time dateTime={token.expiresAt}>{day.format(Date.parse(token.expiresAt))}</time>
      </Cell>
      <Cell end>
        <Button
          size="xs"
          variant="default"
          aria-label={texts.revokeOf(token.name)}
          loading={pending}
          onClick={onRevoke}
        >
          {texts.revoke}
        </Button>
      </Cell>
    </tr>
  );
}
