import { Anchor, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import type { Account, Plugin } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { instancesQuery, useCreateInstance } from "../../api/instances.ts";
import { fieldProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { SchemaForm } from "../../components/schema-form/SchemaForm.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { pluginNeedsCare } from "../overview/attention.ts";
import { idProblem, suggestId } from "./new-instance-id.ts";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/new");
const idWords = { empty: texts.needed, pattern: texts.idProblem, taken: texts.idTaken };

export function NewInstanceForm({ plugins, accounts }: { plugins: Plugin[]; accounts: Account[] }) {
  const asked = route.useSearch();
  const taken = useQuery(instancesQuery).data?.map(({ id }) => id) ?? [];
  const create = useCreateInstance();
  const navigate = useNavigate();
  const toast = useToast();
  const [pluginId, setPluginId] = useState(asked.plugin ?? plugins[0]?.id ?? "");
  const [accountId, setAccountId] = useState(
    accounts.find(({ id }) => id === asked.account)?.id ?? accounts[0]?.id ?? "",
  );
  const [typedId, setTypedId] = useState<string>();
  const plugin = plugins.find((candidate) => candidate.id === pluginId) ?? plugins[0];
  if (!plugin) return null;
  const id = typedId ?? suggestId(plugin.name, taken);
  const wrong = create.isSuccess ? undefined : idProblem(id, taken);

  const submit = (config: Record<string, unknown>) => {
    if (wrong) return;
    create.mutate(
      { id, pluginId: plugin.id, accountId, config },
      {
        onSuccess: () => {
          toast({ message: texts.created(id) });
          void navigate({ to: "/instances/$id", params: { id } });
        },
      },
    );
  };

  return (
    <Stack>
      <Stack maw={560}>
        <NativeSelect
          label={texts.plugin}
          value={plugin.id}
          onChange={(event) => setPluginId(event.currentTarget.value)}
          data={plugins.map(({ id: value, name, version }) => ({ value, label: `${name} ${version}` }))}
        />
        {pluginNeedsCare(plugin) && (
          <Text>
            {texts.blockedUntil(plugin.name)}{" "}
            <Anchor component={Link} to={`/plugins/${encodeURIComponent(plugin.id)}`}>
              {texts.review}
            </Anchor>
          </Text>
        )}
        <NativeSelect
          label={texts.account}
          value={accountId}
          onChange={(event) => setAccountId(event.currentTarget.value)}
          data={accounts.map(({ id: value, userId }) => ({ value, label: userId }))}
        />
        <TextInput
          label={texts.id}
          description={texts.idHelp}
          placeholder={texts.idExample}
          value={id}
          error={(wrong && idWords[wrong]) ?? fieldProblem(create.error, "id")}
          onChange={(event) => setTypedId(event.currentTarget.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          withAsterisk
        />
      </Stack>
      <Title order={2} mt="xs">
        {texts.configTitle}
      </Title>
      <SchemaForm
        key={plugin.id}
        schema={plugin.configSchema}
        config={{}}
        error={create.error}
        onSubmit={submit}
      >
        {() => (
          <>
            <ProblemAlert error={create.error} />
            <Group>
              <Button type="submit" loading={create.isPending} disabled={wrong !== undefined}>
                {texts.create}
              </Button>
              <Button component={Link} to="/instances" variant="default">
                {texts.cancel}
              </Button>
            </Group>
          </>
        )}
      </SchemaForm>
    </Stack>
  );
}
