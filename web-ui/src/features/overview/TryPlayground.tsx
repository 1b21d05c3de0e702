import { Button } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconDoorEnter, IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../api/accounts.ts";
import { playgroundQuery } from "../../api/playground.ts";
import { NextStep } from "../../components/NextStep.tsx";
import { texts } from "./texts.ts";

/**
 * What comes next for who began with the playground: until a bot has answered, where one can talk to it; from then on, and
 * until there is an account elsewhere, the way to a room of one's own.
 */
export function TryPlayground({ instances }: { instances: Instance[] }) {
  const playground = useQuery(playgroundQuery).data;
  const accounts = useQuery(accountsQuery).data;
  if (!playground || !accounts) return null;
  const hasAnswered = instances.some((instance) => instance.lastAnswerAt !== null);
  if (!hasAnswered) {
    return (
      <NextStep icon={<IconFlask size={20} aria-hidden />} title={texts.tryTitle} detail={texts.tryDetail}>
        <Button component={Link} to="/playground">
          {texts.tryAction}
        </Button>
      </NextStep>
    );
  }
  if (accounts.some(({ userId }) => !userId.endsWith(`:${playground.serverName}`))) return null;
  return (
    <NextStep
      icon={<IconDoorEnter size={20} aria-hidden />}
      title={texts.realTitle}
      detail={texts.realDetail}
    >
      <Button component={Link} to="/accounts/new">
        {texts.realAction}
      </Button>
    </NextStep>
  );
}
