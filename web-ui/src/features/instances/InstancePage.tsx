import { Button } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { instanceQuery } from "../../api/instances.ts";
import { isStatus } from "../../api/problem.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { ManagedBadge } from "../../components/Managed.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { InstanceStatusBadge } from "../../components/Status.tsx";
import { TabNav } from "../../components/TabNav.tsx";
import tabLook from "../../components/Tabs.module.css";
import { InstanceActions } from "./InstanceActions.tsx";
import classes from "./InstancePage.module.css";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id");

const tabs = [
  { to: "/instances/$id", label: texts.overview },
  { to: "/instances/$id/activity", label: texts.activity },
  { to: "/instances/$id/logs", label: texts.logs },
  { to: "/instances/$id/failed", label: texts.failures },
  { to: "/instances/$id/config", label: texts.config },
  { to: "/instances/$id/database", label: texts.database },
  { to: "/instances/$id/files", label: texts.files },
  { to: "/instances/$id/permissions", label: texts.permissions },
  { to: "/instances/$id/settings", label: texts.settings },
] as const;

/** What stays above every tab of an instance: how it is, and what one can do. */
export function InstancePage() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id));
  if (isStatus(instance.error, 404)) return <Unknown />;
  return (
    <>
      <PageHeader title={id} lead={instance.data && <Lead instance={instance.data} />}>
        {instance.data && <InstanceActions instance={instance.data} size="sm" />}
      </PageHeader>
      <TabNav label={id}>
        {tabs.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            params={{ id }}
            activeOptions={{ exact: true, includeSearch: false }}
            className={tabLook.tab}
          >
            {label}
          </Link>
        ))}
      </TabNav>
      <QueryView query={instance}>{() => <Outlet />}</QueryView>
    </>
  );
}

function Lead({ instance }: { instance: Instance }) {
  return (
    <span className={classes.lead} role="status">
      <InstanceStatusBadge status={instance.status} />
      <RelativeTime at={instance.statusSince} />
      <ManagedBadge managed={instance.managed} />
      {instance.statusReason && <span className={classes.reason}>{instance.statusReason}</span>}
    </span>
  );
}

function Unknown() {
  return (
    <EmptyState order={1} icon={<IconRobot size={40} />} title={texts.unknown} detail={texts.unknownDetail}>
      <Button component={Link} to="/instances">
        {texts.toList}
      </Button>
    </EmptyState>
  );
}
