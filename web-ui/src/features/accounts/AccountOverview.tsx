import { Button, Stack, Title } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { accountQuery } from "../../api/accounts.ts";
import { Facts } from "../../components/Facts.tsx";
import { NextStep } from "../../components/NextStep.tsx";
import { texts as shared } from "../../texts.ts";
import { EncryptionLine } from "./encryption/EncryptionLine.tsx";
import { Profile } from "./profile/Profile.tsx";
import { texts } from "./texts.ts";
import { UsedBy } from "./UsedBy.tsx";

const route = getRouteApi("/signed-in/accounts/$id/");

export function AccountOverview() {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id)).data;
  return account ? <Overview account={account} /> : null;
}

function Overview({ account }: { account: Account }) {
  const { id, enabled, autojoin, prefix, instances } = account;
  return (
    <Stack gap={32}>
      {instances.length === 0 && <FirstInstance account={account} />}
      <section>
        <Title order={2} mb="xs">
          {texts.whatItDoes}
        </Title>
        <Facts
          facts={[
            [texts.usedBy, <UsedBy key="u" account={account} />],
            [texts.presence, enabled ? texts.presenceOnline : texts.presenceOffline],
            [texts.syncs, texts.syncsDetail],
            [
              texts.invitations,
              <span key="i">
                {texts.policySaid[autojoin.policy](autojoin.allow.length)}{" "}
                <Link to="/accounts/$id/settings" params={{ id }}>
                  {texts.change}
                </Link>
              </span>,
            ],
            [texts.encryption, <EncryptionLine key="e" accountId={id} />],
            [texts.commands, <code key="c">{texts.commandExample(prefix)}</code>],
          ]}
        />
      </section>
      <Profile account={account} />
    </Stack>
  );
}

/** What there is to do with an account that no bot uses yet. */
function FirstInstance({ account: { id, userId, autojoin } }: { account: Account }) {
  return (
    <NextStep
      icon={<IconRobot size={20} aria-hidden />}
      title={texts.nextTitle}
      detail={`${texts.nextDetail} ${shared.inviteIt[autojoin.policy](userId)}`}
    >
      <Button component={Link} to={`/instances/new?account=${encodeURIComponent(id)}`}>
        {texts.createInstance}
      </Button>
    </NextStep>
  );
}
