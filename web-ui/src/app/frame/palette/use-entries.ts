import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../../api/accounts.ts";
import { instancesQuery } from "../../../api/instances.ts";
import { pluginsQuery } from "../../../api/plugins.ts";
import { useSession } from "../../../api/session.ts";
import { texts } from "../../../texts.ts";
import type { Entry } from "./find.ts";

const { kinds, actions } = texts.palette;

/** Everything that one can go to: the places, the bots, the plugins and accounts, and what can be made. */
export function useEntries(): Entry[] {
  const instances = useQuery(instancesQuery).data ?? [];
  const plugins = useQuery(pluginsQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const isAdmin = useSession()?.user.role === "admin";
  const page = (label: string, to: string): Entry => ({ to, label, kind: kinds.page });
  const action = (label: string, to: string): Entry => ({ to, label, kind: kinds.action });
  const at = (place: string, id: string, rest = "") => `/${place}/${encodeURIComponent(id)}${rest}`;
  return [
    page(texts.overview, "/"),
    page(texts.instances, "/instances"),
    page(texts.plugins, "/plugins"),
    page(texts.accounts, "/accounts"),
    page(texts.playground, "/playground"),
    page(texts.settings, "/settings"),
    ...(isAdmin ? [page(texts.palette.users, "/settings/users")] : []),
    ...(isAdmin ? [page(texts.palette.auditLog, "/settings/audit-log")] : []),
    ...(isAdmin ? [page(texts.palette.health, "/settings/configuration")] : []),
    action(actions.createInstance, "/instances/new"),
    ...(isAdmin ? [action(actions.addAccount, "/accounts/new")] : []),
    action(actions.uploadBundle, "/plugins"),
    action(actions.makeToken, "/settings"),
    action(actions.changePassword, "/set-password"),
    ...instances.map(({ id, pluginId }) => ({
      ...{ to: at("instances", id), label: id, kind: kinds.instance, also: pluginId },
    })),
    ...plugins.map(({ id, name }) => ({ to: at("plugins", id), label: name, kind: kinds.plugin, also: id })),
    ...accounts.map(({ id, userId }) => ({ to: at("accounts", id), label: userId, kind: kinds.account })),
    ...instances.flatMap(({ id }) => [
      page(texts.palette.logsOf(id), at("instances", id, "/logs")),
      page(texts.palette.activityOf(id), at("instances", id, "/activity")),
      page(texts.palette.configOf(id), at("instances", id, "/config")),
    ]),
  ];
}
