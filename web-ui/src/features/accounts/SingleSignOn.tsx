import { Button, Loader, Stack, Text } from "@mantine/core";
import { type ErrorComponentProps, Link, useNavigate, useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { SessionCard } from "../session/SessionCard.tsx";
import { texts } from "./texts.ts";

export function SingleSignOnPending() {
  return (
    <SessionCard title={texts.ssoPending}>
      <Loader size="sm" />
    </SessionCard>
  );
}

/** Goes on to the account, whose page says what to do with it. */
export function SingleSignOnDone() {
  const { id, userId } = useRouteContext({ from: "/accounts/sso", select: ({ account }) => account });
  const toast = useToast();
  const navigate = useNavigate();
  useEffect(() => {
    toast({ message: texts.added(userId) });
    void navigate({ to: "/accounts/$id", params: { id }, replace: true, ignoreBlocker: true });
  }, [toast, navigate, id, userId]);
  return <SingleSignOnPending />;
}

export function SingleSignOnFailed({ error }: ErrorComponentProps) {
  return (
    <SessionCard title={texts.ssoFailed}>
      <Stack>
        <ProblemAlert error={error} />
        <Text>{texts.ssoFailedHint}</Text>
        <Button component={Link} to="/accounts/new">
          {texts.ssoAgain}
        </Button>
      </Stack>
    </SessionCard>
  );
}
