import type { Account } from "@rookery/host/api";
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
          <Cell>{account.userId}</Cell>
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
