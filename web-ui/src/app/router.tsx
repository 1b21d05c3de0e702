import type { DeliveryState } from "@rookery/host/api";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { finishSingleSignOn } from "../api/accounts.ts";
import { DELIVERY_STATES } from "../api/deliveries.ts";
import { sessionQuery, signInOnce } from "../api/session.ts";
import { readLogSearch } from "../features/instances/logs/log-search.ts";
import { OverviewPage } from "../features/overview/OverviewPage.tsx";
import { prefetchOverview } from "../features/overview/prefetch.ts";
import { Frame } from "./frame/Frame.tsx";
import { lazyPage } from "./lazy-page.ts";
import { RouteError } from "./RouteError.tsx";
import { NotFound, RouteNotFound } from "./RouteNotFound.tsx";

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: RouteNotFound });

/**
 * The printed link. Its token travels in the fragment, works once, and leaves the address bar at once. With
 * a `to`, it leads there; also whoever it let in before and opens it again.
 */
const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  beforeLoad: async ({ context, location, preload }) => {
    const fragment = new URLSearchParams(location.hash);
    const token = fragment.get("token");
    const asked = fragment.get("to");
    const to = asked !== null && isOwnPath(asked) ? asked : null;
    if (preload || !token) throw redirect({ to: "/sign-in", replace: true });
    // Past the router, which listens to `history.replaceState` and would take this for another visit.
    History.prototype.replaceState.call(window.history, window.history.state, "", location.pathname);
    const session = await signInOnce({ token }).catch(async (error: unknown) => {
      const before = to === null ? null : await context.queryClient.ensureQueryData(sessionQuery);
      if (before === null) throw error;
      return before;
    });
    context.queryClient.setQueryData(sessionQuery.queryKey, session);
    throw redirect({ href: session.mustSetPassword ? "/set-password" : (to ?? "/"), replace: true });
  },
  pendingComponent: lazyPage(() => import("../features/session/Welcome.tsx"), "WelcomePending"),
  errorComponent: lazyPage(() => import("../features/session/Welcome.tsx"), "WelcomeFailed"),
});

/**
 * Where a homeserver sends the browser after its single sign-on. The cookie does not come with who is sent by another
 * site, but it does with what the page asks. The token leaves the address bar at once; so this lies outside of what
 * needs a sign-in, which would take the address along to there.
 */
const singleSignOn = createRoute({
  getParentRoute: () => root,
  path: "/accounts/sso",
  beforeLoad: async ({ location, preload }) => {
    const query = new URLSearchParams(location.searchStr);
    const [state, loginToken] = [query.get("state"), query.get("loginToken")];
    if (preload || !state || !loginToken) throw redirect({ to: "/accounts/new", replace: true });
    History.prototype.replaceState.call(window.history, window.history.state, "", location.pathname);
    return { account: await finishSingleSignOn({ state, loginToken }) };
  },
  component: lazyPage(() => import("../features/accounts/SingleSignOn.tsx"), "SingleSignOnDone"),
  pendingComponent: lazyPage(() => import("../features/accounts/SingleSignOn.tsx"), "SingleSignOnPending"),
  errorComponent: lazyPage(() => import("../features/accounts/SingleSignOn.tsx"), "SingleSignOnFailed"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { from?: string } => ({
    ...(typeof search.from === "string" && isOwnPath(search.from) && { from: search.from }),
  }),
  beforeLoad: async ({ context, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session) throw redirect({ href: search.from ?? "/", replace: true });
  },
  component: lazyPage(() => import("../features/session/SignInPage.tsx"), "SignInPage"),
  errorComponent: RouteError,
});

const setPassword = createRoute({
  getParentRoute: () => root,
  path: "/set-password",
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", replace: true });
  },
  component: lazyPage(() => import("../features/session/SetPasswordPage.tsx"), "SetPasswordPage"),
  errorComponent: RouteError,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", search: { from: location.href }, replace: true });
    if (session.mustSetPassword) throw redirect({ to: "/set-password", replace: true });
  },
  // These two come with the page itself, where most visits begin: over a tunnel each script of its own is a round trip.
  component: Frame,
  errorComponent: RouteError,
  notFoundComponent: NotFound,
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  // Asked for while the page is drawn for the first time; not waited for.
  loader: ({ context }) => prefetchOverview(context.queryClient),
  component: OverviewPage,
});

const instances = createRoute({
  getParentRoute: () => signedIn,
  path: "/instances",
  component: lazyPage(() => import("../features/instances/InstancesPage.tsx"), "InstancesPage"),
});

const newInstance = createRoute({
  getParentRoute: () => signedIn,
  path: "/instances/new",
  validateSearch: (search: Record<string, unknown>): { plugin?: string; account?: string } => ({
    ...(typeof search.plugin === "string" && { plugin: search.plugin }),
    ...(typeof search.account === "string" && { account: search.account }),
  }),
  component: lazyPage(() => import("../features/instances/NewInstancePage.tsx"), "NewInstancePage"),
});

const instance = createRoute({
  getParentRoute: () => signedIn,
  path: "/instances/$id",
  component: lazyPage(() => import("../features/instances/InstancePage.tsx"), "InstancePage"),
});

const instanceOverview = createRoute({
  getParentRoute: () => instance,
  path: "/",
  component: lazyPage(() => import("../features/instances/InstanceOverview.tsx"), "InstanceOverview"),
});

const instanceLogs = createRoute({
  getParentRoute: () => instance,
  path: "/logs",
  validateSearch: readLogSearch,
  component: lazyPage(() => import("../features/instances/logs/InstanceLogs.tsx"), "InstanceLogs"),
});

const instanceActivity = createRoute({
  getParentRoute: () => instance,
  path: "/activity",
  validateSearch: (search: Record<string, unknown>): { state?: DeliveryState } => ({
    ...(DELIVERY_STATES.includes(search.state as DeliveryState) && { state: search.state as DeliveryState }),
  }),
  component: lazyPage(
    () => import("../features/instances/activity/InstanceActivity.tsx"),
    "InstanceActivity",
  ),
});

const instanceFailed = createRoute({
  getParentRoute: () => instance,
  path: "/failed",
  component: lazyPage(() => import("../features/instances/InstanceFailed.tsx"), "InstanceFailed"),
});

const instanceConfig = createRoute({
  getParentRoute: () => instance,
  path: "/config",
  validateSearch: (search: Record<string, unknown>): { as?: "yaml" } => ({
    ...(search.as === "yaml" && { as: "yaml" }),
  }),
  component: lazyPage(() => import("../features/instances/config/InstanceConfig.tsx"), "InstanceConfig"),
});

const instancePermissions = createRoute({
  getParentRoute: () => instance,
  path: "/permissions",
  component: lazyPage(() => import("../features/instances/InstancePermissions.tsx"), "InstancePermissions"),
});

const instanceDatabase = createRoute({
  getParentRoute: () => instance,
  path: "/database",
  validateSearch: (search: Record<string, unknown>): { table?: string; view?: "sql" } => ({
    // A name that is a number comes as one.
    ...(["string", "number"].includes(typeof search.table) && { table: String(search.table) }),
    ...(search.view === "sql" && { view: "sql" }),
  }),
  component: lazyPage(
    () => import("../features/instances/database/InstanceDatabase.tsx"),
    "InstanceDatabase",
  ),
});

const instanceFiles = createRoute({
  getParentRoute: () => instance,
  path: "/files",
  component: lazyPage(() => import("../features/instances/files/InstanceFiles.tsx"), "InstanceFiles"),
});

const instanceSettings = createRoute({
  getParentRoute: () => instance,
  path: "/settings",
  component: lazyPage(() => import("../features/instances/InstanceSettings.tsx"), "InstanceSettings"),
});

const plugins = createRoute({
  getParentRoute: () => signedIn,
  path: "/plugins",
  component: lazyPage(() => import("../features/plugins/PluginsPage.tsx"), "PluginsPage"),
});

const plugin = createRoute({
  getParentRoute: () => signedIn,
  path: "/plugins/$id",
  component: lazyPage(() => import("../features/plugins/PluginPage.tsx"), "PluginPage"),
});

const accounts = createRoute({
  getParentRoute: () => signedIn,
  path: "/accounts",
  component: lazyPage(() => import("../features/accounts/AccountsPage.tsx"), "AccountsPage"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/accounts/$id",
  component: lazyPage(() => import("../features/accounts/AccountPage.tsx"), "AccountPage"),
});

const accountOverview = createRoute({
  getParentRoute: () => account,
  path: "/",
  component: lazyPage(() => import("../features/accounts/AccountOverview.tsx"), "AccountOverview"),
});

const accountRooms = createRoute({
  getParentRoute: () => account,
  path: "/rooms",
  component: lazyPage(() => import("../features/accounts/rooms/AccountRooms.tsx"), "AccountRooms"),
});

const accountEncryption = createRoute({
  getParentRoute: () => account,
  path: "/encryption",
  component: lazyPage(
    () => import("../features/accounts/encryption/AccountEncryption.tsx"),
    "AccountEncryption",
  ),
});

const accountSettings = createRoute({
  getParentRoute: () => account,
  path: "/settings",
  component: lazyPage(() => import("../features/accounts/settings/AccountSettings.tsx"), "AccountSettings"),
});

const newAccount = createRoute({
  getParentRoute: () => signedIn,
  path: "/accounts/new",
  component: lazyPage(() => import("../features/accounts/NewAccountPage.tsx"), "NewAccountPage"),
});

const playground = createRoute({
  getParentRoute: () => signedIn,
  path: "/playground",
  validateSearch: (search: Record<string, unknown>): { room?: string; thread?: string } => ({
    ...(typeof search.room === "string" && { room: search.room }),
    ...(typeof search.thread === "string" && { thread: search.thread }),
  }),
  component: lazyPage(() => import("../features/playground/PlaygroundPage.tsx"), "PlaygroundPage"),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  component: lazyPage(() => import("../features/settings/SettingsPage.tsx"), "SettingsPage"),
});

const yourAccess = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyPage(() => import("../features/settings/YourAccess.tsx"), "YourAccess"),
});

const users = createRoute({
  getParentRoute: () => settings,
  path: "/users",
  component: lazyPage(() => import("../features/settings/UsersPage.tsx"), "UsersPage"),
});

const auditLog = createRoute({
  getParentRoute: () => settings,
  path: "/audit-log",
  validateSearch: (search: Record<string, unknown>): { user?: string; action?: string } => ({
    ...(typeof search.user === "string" && { user: search.user }),
    ...(typeof search.action === "string" && { action: search.action }),
  }),
  component: lazyPage(() => import("../features/settings/AuditLogPage.tsx"), "AuditLogPage"),
});

const backups = createRoute({
  getParentRoute: () => settings,
  path: "/backups",
  component: lazyPage(() => import("../features/settings/Backups.tsx"), "Backups"),
});

const configuration = createRoute({
  getParentRoute: () => settings,
  path: "/configuration",
  component: lazyPage(
    () => import("../features/settings/HealthAndConfiguration.tsx"),
    "HealthAndConfiguration",
  ),
});

const tree = root.addChildren([
  welcome,
  singleSignOn,
  signIn,
  setPassword,
  signedIn.addChildren([
    overview,
    instances,
    newInstance,
    instance.addChildren([
      instanceOverview,
      instanceActivity,
      instanceLogs,
      instanceFailed,
      instanceConfig,
      instancePermissions,
      instanceDatabase,
      instanceFiles,
      instanceSettings,
    ]),
    plugins,
    plugin,
    accounts,
    newAccount,
    account.addChildren([accountOverview, accountRooms, accountEncryption, accountSettings]),
    playground,
    settings.addChildren([yourAccess, users, auditLog, backups, configuration]),
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
    // Another instance or account is another page: what was typed on one must not stand on the next.
    defaultRemountDeps: ({ params }) => params,
  });
}

/** Only a path of this page may be returned to after signing in, never another site. */
function isOwnPath(path: string): boolean {
  return path.startsWith("/") && !path.startsWith("//") && !path.startsWith("/\\");
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
