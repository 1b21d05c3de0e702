import { Button, Group, Text } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { instanceQuery, useChangeInstance } from "../../api/instances.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { SchemaForm } from "../../components/schema-form/SchemaForm.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/config");

export function InstanceConfig() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  const plugins = useQuery(pluginsQuery);
  if (!instance) return null;
  return (
    <QueryView query={plugins}>
      {(list) => (
        <ConfigForm
          // A config changed elsewhere starts the form anew; a mere change of status does not.
          key={JSON.stringify([instance.config, instance.secrets])}
          instance={instance}
          schema={list.find((plugin) => plugin.id === instance.pluginId)?.configSchema ?? null}
        />
      )}
    </QueryView>
  );
}

function ConfigForm({ instance, schema }: { instance: Instance; schema: Record<string, unknown> | null }) {
  const change = useChangeInstance(instance.id);
  const toast = useToast();
  const submit = (config: Record<string, unknown>) =>
    change.mutate({ config }, { onSuccess: () => toast({ message: texts.configSaved(instance.id) }) });
  return (
    <SchemaForm
      schema={schema}
      config={instance.config}
      secrets={instance.secrets}
      error={change.error}
      onSubmit={submit}
    >
      {({ changed, edited, reset }) => (
        <>
          <ProblemAlert error={change.error} />
          <Text c="dimmed" role="status">
            {changed.length > 0 && texts.changes(changed.join(", "))}
            {!edited && texts.noChanges}
          </Text>
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!edited}>
              {instance.enabled ? texts.saveRestarts : texts.save}
            </Button>
            <Button variant="default" onClick={reset} disabled={!edited}>
              {texts.reset}
            </Button>
          </Group>
        </>
      )}
    </SchemaForm>
  );
}
