import { Anchor, Button, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import type { Account, Plugin } from "@rookery/host/api";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCreateInstance } from "../../api/instances.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { SchemaForm } from "../../components/schema-form/SchemaForm.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { pluginNeedsCare } from "../overview/attention.ts";
import { NewIdInput, useNewId } from "./NewIdInput.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/new");

export function NewInstanceForm({ plugins, accounts }: { plugins: Plugin[]; accounts: Account[] }) {
  const asked = route.useSearch();
  const create = useCreateInstance();
  const navigate = useNavigate();
  const toast = useToast();
  const [pluginId, setPluginId] = useState(asked.plugin ?? plugins[0]?.id ?? "");
  const [chosen, setChosen] = useState<string>();
  // The account that is meant may have been added a moment ago, and be listed only then.
  const meant = accounts.find(({ id }) => id === asked.account) ?? accounts[0];
  const accountId = chosen ?? meant?.id ?? "";
  const plugin = plugins.find((candidate) => candidate.id === pluginId) ?? plugins[0];
  const name = useNewId(plugin?.name ?? "");
  if (!plugin) return null;
  const { id } = name;
  const wrong = create.isSuccess ? undefined : name.wrong;

  const submit = (config: Record<string, unknown>) => {
    if (wrong) return;
    create.mutate(
      { id, pluginId: plugin.id, accountId, config },
      {
        onSuccess: () => {
          toast({ message: texts.created(id) });
          void navigate({ to: "/instances/$id", params: { id }, ignoreBlocker: true });
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
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={accounts.map(({ id: value, userId }) => ({ value, label: userId }))}
        />
        <NewIdInput name={name} creation={create} />
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
