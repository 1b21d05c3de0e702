import { Button } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { accountQuery } from "../../api/accounts.ts";
import { isStatus } from "../../api/problem.ts";
import { CopyAction, CopyableId } from "../../components/CopyableId.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { ManagedBadge } from "../../components/Managed.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { AccountStatusBadge } from "../../components/Status.tsx";
import { TabNav } from "../../components/TabNav.tsx";
import tabLook from "../../components/Tabs.module.css";
import classes from "./AccountPage.module.css";
import { LogOut } from "./LogOut.tsx";
import { OnlineSwitch } from "./OnlineSwitch.tsx";
import { usePendingInvites } from "./pending-invites.ts";
import { texts } from "./texts.ts";
import { useIsAdmin } from "./use-is-admin.ts";

const route = getRouteApi("/signed-in/accounts/$id");

/** What stays above every tab of an account: who it is, how it is, and what one can do. */
export function AccountPage() {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id));
  const isAdmin = useIsAdmin();
  const pending = usePendingInvites(account.data);
  if (isStatus(account.error, 404)) return <Unknown />;
  const { data } = account;
  const title = data?.userId ?? texts.account;
  const tabs = [
    { to: "/accounts/$id", label: texts.overview },
    { to: "/accounts/$id/rooms", label: pending > 0 ? texts.roomsAndInvites(pending) : texts.rooms },
    { to: "/accounts/$id/encryption", label: texts.encryption },
    { to: "/accounts/$id/settings", label: texts.settings },
  ] as const;
  return (
    <>
      <PageHeader
        title={title}
        beside={data && <CopyAction value={data.userId} what={texts.userId} />}
        lead={data && <Lead account={data} />}
      >
        {data && isAdmin && (
          <>
            <OnlineSwitch account={data} />
            {data.managed === null && <LogOut account={data} />}
          </>
        )}
      </PageHeader>
      <TabNav label={title}>
        {tabs.map(({ to, label }) => (
          <Link key={to} to={to} params={{ id }} activeOptions={{ exact: true }} className={tabLook.tab}>
            {label}
          </Link>
        ))}
      </TabNav>
      <QueryView query={account}>{() => <Outlet />}</QueryView>
    </>
  );
}

function Lead({ account }: { account: Account }) {
  return (
    <>
      <div className={classes.state}>
        <span role="status" className={classes.state}>
          <AccountStatusBadge status={account.status} />
          {account.statusReason && <span className={classes.reason}>{account.statusReason}</span>}
        </span>
        <ManagedBadge managed={account.managed} />
        <span>
          {texts.lastSync}: <RelativeTime at={account.lastSyncAt} />
        </span>
      </div>
      <div className={classes.login}>
        <CopyableId value={account.homeserverUrl} what={texts.homeserver} />
        {account.isApplicationService && <span>{texts.appservice}</span>}
        {account.deviceId === "" ? (
          <span>{texts.noDevice}</span>
        ) : (
          <span className={classes.device}>
            {texts.device} <CopyableId value={account.deviceId} what={texts.device} />
          </span>
        )}
      </div>
    </>
  );
}

function Unknown() {
  return (
    <EmptyState order={1} icon={<IconUser size={40} />} title={texts.unknown} detail={texts.unknownDetail}>
      <Button component={Link} to="/accounts">
        {texts.toList}
      </Button>
    </EmptyState>
  );
}
