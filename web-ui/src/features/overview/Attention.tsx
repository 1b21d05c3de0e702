import { Button, VisuallyHidden } from "@mantine/core";
import type { Account, Instance, Notice, Plugin } from "@rookery/host/api";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useAct } from "../instances/use-act.ts";
import classes from "./Attention.module.css";
import { AttentionItem } from "./AttentionItem.tsx";
import { accountNeedsCare, instanceNeedsCare, pluginNeedsCare } from "./attention.ts";
import { texts } from "./texts.ts";

/** One cause can stop hundreds: the overview below is to stay in reach. */
const SHOWN = 6;

/** Everything that is wrong, first on the page, each with its action. Nothing at all when all is well. */
export function Attention({
  instances,
  accounts,
  plugins,
  notices,
}: {
  instances: Instance[];
  accounts: Account[];
  plugins: Plugin[];
  notices: Notice[];
}) {
  const [most, setMost] = useState(SHOWN);
  // What others may be the cause of comes first: an account that is gone stops all its instances.
  const items = [
    ...accounts.filter(accountNeedsCare).map((one) => <AccountItem key={`a ${one.id}`} account={one} />),
    ...plugins.filter(pluginNeedsCare).map((one) => <PluginItem key={`p ${one.id}`} plugin={one} />),
    ...instances
      .filter((one) => instanceNeedsCare(one, accounts))
      .map((one) => <InstanceItem key={`i ${one.id}`} instance={one} />),
    ...notices.map((one) => <AttentionItem key={`n ${one.id}`} title={one.message} detail={one.remedy} />),
  ];
  const left = items.length - most;
  return (
    <section className={classes.region} aria-live="polite">
      {items.length > 0 && (
        <>
          <VisuallyHidden>
            <h2>{texts.attention}</h2>
          </VisuallyHidden>
          <ul className={classes.list}>{items.slice(0, most)}</ul>
          {left > 0 && (
            <Button variant="default" mt="xs" onClick={() => setMost(items.length)}>
              {texts.attentionMore(left)}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function InstanceItem({ instance }: { instance: Instance }) {
  const { act, pending } = useAct(instance.id);
  return (
    <AttentionItem
      title={instance.status === "crashed" ? texts.crashed(instance.id) : texts.blocked(instance.id)}
      since={<RelativeTime at={instance.statusSince} />}
      detail={instance.statusReason ?? texts.noReason}
    >
      {instance.status === "crashed" && (
        <Button size="xs" loading={pending === "restart"} onClick={() => void act("restart")}>
          {texts.restart(instance.id)}
        </Button>
      )}
      <Button
        component={Link}
        to={`/instances/${encodeURIComponent(instance.id)}/logs`}
        size="xs"
        variant="default"
      >
        {texts.why}
      </Button>
    </AttentionItem>
  );
}

function AccountItem({ account }: { account: Account }) {
  const blocked = account.status === "blocked";
  return (
    <AttentionItem
      title={blocked ? texts.accountBlocked(account.userId) : texts.accountUnreachable(account.userId)}
      detail={account.statusReason ?? texts.noReason}
    >
      <Button component={Link} to={`/accounts/${encodeURIComponent(account.id)}`} size="xs" variant="default">
        {texts.toAccount}
      </Button>
    </AttentionItem>
  );
}

function PluginItem({ plugin }: { plugin: Plugin }) {
  const count = Object.values(plugin.missing).flat().length;
  return (
    <AttentionItem title={texts.pluginWaits(plugin.name, count)} detail={texts.pluginWaitsDetail}>
      <Button component={Link} to={`/plugins/${encodeURIComponent(plugin.id)}`} size="xs">
        {texts.review(plugin.name)}
      </Button>
    </AttentionItem>
  );
}
