import type { Account } from "@rookery/host/api";
import { Link } from "@tanstack/react-router";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { AccountStatusBadge } from "../../components/Status.tsx";
import { texts } from "./texts.ts";

/** Each account with its connection to its homeserver. */
export function AccountStates({ accounts }: { accounts: Account[] }) {
  return (
    <CardTable label={texts.accounts} columns={[texts.account, texts.connection, texts.lastSync]}>
      {accounts.map((account) => (
        <tr key={account.id}>
          <Cell>
            <Link to="/accounts/$id" params={{ id: account.id }}>
              {account.userId}
            </Link>
          </Cell>
          <Cell label={texts.connection}>
            <AccountStatusBadge status={account.status} />
          </Cell>
          <Cell label={texts.lastSync}>
            <RelativeTime at={account.lastSyncAt} />
          </Cell>
        </tr>
      ))}
    </CardTable>
  );
}
