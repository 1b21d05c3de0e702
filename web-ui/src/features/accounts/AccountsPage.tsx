import { Button, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconPlus, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../api/accounts.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { CopyableId } from "../../components/CopyableId.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { AccountStatusBadge } from "../../components/Status.tsx";
import { LogOut } from "./LogOut.tsx";
import { texts } from "./texts.ts";

export function AccountsPage() {
  const accounts = useQuery(accountsQuery);
  return (
    <>
      <PageHeader title={texts.title}>
        <AddButton />
      </PageHeader>
      <QueryView query={accounts}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={<IconUser size={40} />} title={texts.emptyTitle} detail={texts.emptyDetail}>
              <AddButton />
            </EmptyState>
          ) : (
            <CardTable
              label={texts.title}
              columns={[texts.user, texts.status, texts.lastSync, texts.usedBy, ""]}
            >
              {list.map((account) => (
                <AccountRow key={account.id} account={account} />
              ))}
            </CardTable>
          )
        }
      </QueryView>
    </>
  );
}

function AddButton() {
  return (
    <Button component={Link} to="/accounts/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {texts.add}
    </Button>
  );
}

function AccountRow({ account }: { account: Account }) {
  return (
    <tr>
      <Cell>
        <CopyableId value={account.userId} what={texts.user} />
        <Text size="xs" c="dimmed">
          {account.homeserverUrl} · {account.deviceId}
        </Text>
      </Cell>
      <Cell label={texts.status}>
        <AccountStatusBadge status={account.status} />
        {account.statusReason && <Text size="xs">{account.statusReason}</Text>}
      </Cell>
      <Cell label={texts.lastSync}>
        <RelativeTime at={account.lastSyncAt} />
      </Cell>
      <Cell label={texts.usedBy}>
        {account.instances.length === 0 ? (
          <Text c="dimmed" span>
            {texts.nobody}
          </Text>
        ) : (
          account.instances.map((id, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to="/instances/$id" params={{ id }}>
                {id}
              </Link>
            </span>
          ))
        )}
      </Cell>
      <Cell end>
        <LogOut account={account} />
      </Cell>
    </tr>
  );
}
