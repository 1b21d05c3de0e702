import { Link, Outlet } from "@tanstack/react-router";
import { useSession } from "../../api/session.ts";
import { PageHeader } from "../../components/PageHeader.tsx";
import { TabNav } from "../../components/TabNav.tsx";
import tabs from "../../components/Tabs.module.css";
import { texts } from "./texts.ts";

const own = [{ to: "/settings", label: texts.access }] as const;
const forAdmins = [
  { to: "/settings/users", label: texts.users },
  { to: "/settings/audit-log", label: texts.auditLog },
  { to: "/settings/backups", label: texts.backups },
  { to: "/settings/configuration", label: texts.healthAndConfiguration },
] as const;

/** What is of people and not of bots. */
export function SettingsPage() {
  const isAdmin = useSession()?.user.role === "admin";
  return (
    <>
      <PageHeader title={texts.title} />
      <TabNav label={texts.title}>
        {[...own, ...(isAdmin ? forAdmins : [])].map(({ to, label }) => (
          <Link key={to} to={to} activeOptions={{ exact: true }} className={tabs.tab}>
            {label}
          </Link>
        ))}
      </TabNav>
      <Outlet />
    </>
  );
}
