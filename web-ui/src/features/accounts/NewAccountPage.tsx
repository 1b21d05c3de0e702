import { Button, Group, PasswordInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { NewAccount } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { accountsQuery, useAddAccount, useBeginSingleSignOn } from "../../api/accounts.ts";
import { PageHeader } from "../../components/PageHeader.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

interface Values {
  way: "password" | "token" | "sso";
  homeserverUrl: string;
  username: string;
  password: string;
  accessToken: string;
  actsAs: string;
}

const needed = (value: string) => (value.trim() ? null : texts.needed);

export function NewAccountPage() {
  const add = useAddAccount();
  const begin = useBeginSingleSignOn();
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
      homeserverUrl: (value) => (isAddress(value.trim()) ? null : texts.homeserverProblem),
      username: (value, { way }) => (way === "password" ? needed(value) : null),
      password: (value, { way }) => (way === "password" ? needed(value) : null),
      accessToken: (value, { way }) => (way === "token" ? needed(value) : null),
    },
  });
  const isSso = form.values.way === "sso";
  const asked = isSso ? begin : add;
  const submit = form.onSubmit((values) => {
    if (isSso) return begin.mutate({ homeserverUrl: values.homeserverUrl.trim() });
    return add.mutate(body(values), {
      onSuccess: (account) => {
        toast({ message: texts.added(account.userId) });
        void navigate({ to: "/accounts" });
      },
    });
  });
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
            autoCapitalize="off"
            spellCheck={false}
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
              { value: "sso", label: texts.bySso },
            ]}
          />
          {form.values.way === "sso" && <Text>{texts.ssoHelp}</Text>}
          {form.values.way === "password" && (
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
          )}
          {form.values.way === "token" && (
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
          <ProblemAlert error={asked.error} />
          <Group>
            <Button type="submit" loading={asked.isPending}>
              {isSso ? texts.toSso : texts.logIn}
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

/** As the host takes it: `https://matrix.example.org`, `example.org` or `@bot:example.org`. */
function isAddress(value: string): boolean {
  return /^(https?:\/\/[^\s/]\S*|(@[^\s:]+:)?[^\s:/@]+(:\d+)?)$/.test(value);
}

function body({ way, homeserverUrl, username, password, accessToken, actsAs }: Values): NewAccount {
  const server = homeserverUrl.trim().replace(/\/+$/, "");
  if (way === "password") return { homeserverUrl: server, username: username.trim(), password };
  const user = actsAs.trim();
  return { homeserverUrl: server, accessToken: accessToken.trim(), ...(user ? { username: user } : {}) };
}
