import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useSignIn } from "../../api/session.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { SessionCard } from "./SessionCard.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { from } = route.useSearch();
  const router = useRouter();
  const signIn = useSignIn();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form itself, so that what a password manager filled in counts.
    const data = new FormData(event.currentTarget);
    signIn.mutate(
      { name: String(data.get("name")), password: String(data.get("password")) },
      { onSuccess: () => router.navigate({ href: from ?? "/", replace: true }) },
    );
  };
  return (
    <SessionCard title={texts.signIn} lead={texts.signInLead}>
      <form onSubmit={submit}>
        <Stack>
          <ProblemAlert error={signIn.error} />
          <TextInput name="name" label={texts.name} autoComplete="username" autoCapitalize="off" required />
          <PasswordInput name="password" label={texts.password} autoComplete="current-password" required />
          <Button type="submit" loading={signIn.isPending}>
            {texts.signIn}
          </Button>
          <Text size="sm" c="dimmed">
            {texts.noPassword}
          </Text>
        </Stack>
      </form>
    </SessionCard>
  );
}
