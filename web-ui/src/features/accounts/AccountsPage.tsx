import { Button, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconMail, IconPlus, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../api/accounts.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { CopyAction } from "../../components/CopyableId.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { AccountStatusBadge } from "../../components/Status.tsx";
import classes from "./AccountsPage.module.css";
import { usePendingInvites } from "./pending-invites.ts";
import { texts } from "./texts.ts";
import { UsedBy } from "./UsedBy.tsx";
import { useIsAdmin } from "./use-is-admin.ts";

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
            <CardTable label={texts.title} columns={[texts.user, texts.status, texts.lastSync, texts.usedBy]}>
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
  const isAdmin = useIsAdmin();
  if (!isAdmin) return null;
  return (
    <Button component={Link} to="/accounts/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {texts.add}
    </Button>
  );
}

function AccountRow({ account }: { account: Account }) {
  const { id, userId, homeserverUrl, status, statusReason, lastSyncAt } = account;
  const pending = usePendingInvites(account);
  return (
    <tr>
      <Cell>
        <span className={classes.user}>
          <Link to="/accounts/$id" params={{ id }} className={classes.link}>
            {userId}
          </Link>
          <CopyAction value={userId} what={texts.userId} />
        </span>
        <Text size="xs" c="dimmed">
          {homeserverUrl}
        </Text>
      </Cell>
      <Cell label={texts.status}>
        <AccountStatusBadge status={status} />
        {statusReason && <Text size="xs">{statusReason}</Text>}
        {pending > 0 && (
          <Link to="/accounts/$id/rooms" params={{ id }} className={classes.invites}>
            <IconMail size={14} aria-hidden />
            {texts.invitesWait(pending)}
          </Link>
        )}
      </Cell>
      <Cell label={texts.lastSync}>
        <RelativeTime at={lastSyncAt} />
      </Cell>
      <Cell label={texts.usedBy}>
        <UsedBy account={account} />
      </Cell>
    </tr>
  );
}
