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
  // Not the form's: that one starts anew when the saved config is seen, which may be before the answer comes.
  const change = useChangeInstance(id);
  const toast = useToast();
  if (!instance) return null;
  const save = (config: Record<string, unknown>) =>
    change.mutate({ config }, { onSuccess: () => toast({ message: texts.configSaved(id) }) });
  return (
    <QueryView query={plugins}>
      {(list) => (
        <ConfigForm
          // A config changed elsewhere starts the form anew; a mere change of status does not.
          key={JSON.stringify([instance.config, instance.secrets])}
          instance={instance}
          schema={list.find((plugin) => plugin.id === instance.pluginId)?.configSchema ?? null}
          isSaving={change.isPending}
          error={change.error}
          onSave={save}
        />
      )}
    </QueryView>
  );
}

interface ConfigFormProps {
  instance: Instance;
  schema: Record<string, unknown> | null;
  isSaving: boolean;
  error: Error | null;
  onSave: (config: Record<string, unknown>) => void;
}

function ConfigForm({ instance, schema, isSaving, error, onSave }: ConfigFormProps) {
  return (
    <SchemaForm
      schema={schema}
      config={instance.config}
      secrets={instance.secrets}
      error={error}
      onSubmit={onSave}
    >
      {({ changed, edited, reset }) => (
        <>
          <ProblemAlert error={error} />
          <Text c="dimmed" role="status">
            {changed.length > 0 && texts.changes(changed.join(", "))}
            {!edited && texts.noChanges}
          </Text>
          <Group>
            <Button type="submit" loading={isSaving} disabled={!edited}>
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
