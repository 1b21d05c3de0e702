import {
  IconBox,
  IconFlask,
  IconLayoutDashboard,
  type IconProps,
  IconRobot,
  IconSettings,
  IconUser,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { accountsQuery } from "../../api/accounts.ts";
import { instancesQuery } from "../../api/instances.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { accountNeedsCare, instanceNeedsCare, pluginNeedsCare } from "../../features/overview/attention.ts";
import { texts } from "../../texts.ts";

interface Place {
  to: Exclude<LinkProps["to"], undefined>;
  label: string;
  icon: ComponentType<IconProps>;
  count?: number | undefined;
  /** How many of them need attention. */
  care?: number;
}

/** The places of the page, with how many things are in each. */
export function usePlaces() {
  const instances = useQuery(instancesQuery).data;
  const plugins = useQuery(pluginsQuery).data;
  const accounts = useQuery(accountsQuery).data;
  return {
    overview: { to: "/", label: texts.overview, icon: IconLayoutDashboard },
    instances: {
      to: "/instances",
      label: texts.instances,
      icon: IconRobot,
      count: instances?.length,
      care: instances?.filter((one) => instanceNeedsCare(one, accounts ?? [])).length ?? 0,
    },
    plugins: {
      to: "/plugins",
      label: texts.plugins,
      icon: IconBox,
      count: plugins?.length,
      care: plugins?.filter(pluginNeedsCare).length ?? 0,
    },
    accounts: {
      to: "/accounts",
      label: texts.accounts,
      icon: IconUser,
      count: accounts?.length,
      care: accounts?.filter(accountNeedsCare).length ?? 0,
    },
    playground: { to: "/playground", label: texts.playground, icon: IconFlask },
    settings: { to: "/settings", label: texts.settings, icon: IconSettings },
  } satisfies Record<string, Place>;
}
