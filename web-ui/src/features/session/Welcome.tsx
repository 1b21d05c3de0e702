import { Button, Loader, Stack, Text } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { SessionCard } from "./SessionCard.tsx";
import { texts } from "./texts.ts";

export function WelcomePending() {
  return (
    <SessionCard title={texts.welcome}>
      <Loader size="sm" />
    </SessionCard>
  );
}

export function WelcomeFailed({ error }: ErrorComponentProps) {
  return (
    <SessionCard title={texts.linkFailed}>
      <Stack>
        <ProblemAlert error={error} />
        <Text>{texts.linkHint}</Text>
        <Button component={Link} to="/sign-in">
          {texts.toSignIn}
        </Button>
      </Stack>
    </SessionCard>
  );
}
