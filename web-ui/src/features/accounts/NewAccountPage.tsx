import { Button, Group, PasswordInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { NewAccount } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { accountsQuery, useAddAccount } from "../../api/accounts.ts";
import { PageHeader } from "../../components/PageHeader.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

interface Values {
  way: "password" | "token";
  homeserverUrl: string;
  username: string;
  password: string;
  accessToken: string;
  actsAs: string;
}

const needed = (value: string) => (value.trim() ? null : texts.needed);

export function NewAccountPage() {
  const add = useAddAccount();
  const navigate = useNavigate();
  const toast = useToast();
  const known = useId();
  const servers = new Set(useQuery(accountsQuery).data?.map((account) => account.homeserverUrl));
  const form = useForm<Values>({
    initialValues: {
      way: "password",
      homeserverUrl: "",
      username: "",
      password: "",
      accessToken: "",
      actsAs: "",
    },
    validateInputOnBlur: true,
    validate: {
      homeserverUrl: (value) => (/^https?:\/\/[^/]/.test(value.trim()) ? null : texts.homeserverProblem),
      username: (value, { way }) => (way === "password" ? needed(value) : null),
      password: (value, { way }) => (way === "password" ? needed(value) : null),
      accessToken: (value, { way }) => (way === "token" ? needed(value) : null),
    },
  });
  const submit = form.onSubmit((values) =>
    add.mutate(body(values), {
      onSuccess: (account) => {
        toast({ message: texts.added(account.userId) });
        void navigate({ to: "/accounts" });
      },
    }),
  );
  return (
    <>
      <PageHeader title={texts.add} lead={texts.newLead} />
      <form onSubmit={submit} noValidate>
        <Stack maw={480}>
          <TextInput
            {...form.getInputProps("homeserverUrl")}
            label={texts.homeserver}
            description={texts.homeserverHelp}
            placeholder={texts.homeserverExample}
            type="url"
            list={known}
            withAsterisk
          />
          <datalist id={known}>
            {[...servers].map((url) => (
              <option key={url} value={url} />
            ))}
          </datalist>
          <SegmentedControl
            {...form.getInputProps("way")}
            aria-label={texts.how}
            data={[
              { value: "password", label: texts.byPassword },
              { value: "token", label: texts.byToken },
            ]}
          />
          {form.values.way === "password" ? (
            <>
              <TextInput
                {...form.getInputProps("username")}
                label={texts.username}
                placeholder={texts.usernameExample}
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
                withAsterisk
              />
              <PasswordInput
                {...form.getInputProps("password")}
                label={texts.password}
                autoComplete="off"
                withAsterisk
              />
            </>
          ) : (
            <>
              <PasswordInput
                {...form.getInputProps("accessToken")}
                label={texts.token}
                description={texts.tokenHelp}
                autoComplete="off"
                withAsterisk
              />
              <TextInput
                {...form.getInputProps("actsAs")}
                label={texts.actsAs}
                description={texts.actsAsHelp}
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
              />
            </>
          )}
          <ProblemAlert error={add.error} />
          <Group>
            <Button type="submit" loading={add.isPending}>
              {texts.logIn}
            </Button>
            <Button component={Link} to="/accounts" variant="default">
              {texts.cancel}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}

function body({ way, homeserverUrl, username, password, accessToken, actsAs }: Values): NewAccount {
  const server = homeserverUrl.trim().replace(/\/+$/, "");
  if (way === "password") return { homeserverUrl: server, username: username.trim(), password };
  const user = actsAs.trim();
  return { homeserverUrl: server, accessToken: accessToken.trim(), ...(user ? { username: user } : {}) };
}
