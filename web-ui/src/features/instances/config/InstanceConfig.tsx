import { Button, Group } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { instanceQuery, useChangeInstance } from "../../../api/instances.ts";
import { pluginsQuery } from "../../../api/plugins.ts";
import { isStatus } from "../../../api/problem.ts";
import { lazyPart } from "../../../components/lazy-part.tsx";
import { ManagedFields } from "../../../components/Managed.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { QueryView, Rows } from "../../../components/QueryView.tsx";
import { SchemaForm } from "../../../components/schema-form/SchemaForm.tsx";
import type { Config as Settings } from "../../../components/schema-form/values.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { Overtaken } from "../Overtaken.tsx";
import { texts as shared } from "../texts.ts";
import { useHeld } from "../use-held.ts";
import { ConfigChanges } from "./ConfigChanges.tsx";
import { ConfigWay } from "./ConfigWay.tsx";
import { differences } from "./difference.ts";

/** The editor is large: it comes when it is opened. */
const YamlForm = lazyPart(() => import("./YamlForm.tsx"), "YamlForm");

const route = getRouteApi("/signed-in/instances/$id/config");

const contentOf = ({ config, secrets }: Instance) => [config, secrets];

export function InstanceConfig() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  if (!instance) return null;
  return (
    <ManagedFields managed={instance.managed}>
      <Config instance={instance} />
    </ManagedFields>
  );
}

function Config({ instance }: { instance: Instance }) {
  const { id } = instance;
  const plugins = useQuery(pluginsQuery);
  // Not the form's: that one starts anew when the saved config is seen, which may be before the answer comes.
  const change = useChangeInstance(id);
  const toast = useToast();
  const held = useHeld(instance, contentOf);
  const { base } = held;
  const isRefused = isStatus(change.error, 412);
  const save = (config: Record<string, unknown>) =>
    change.mutate(
      { config, known: base.etag },
      {
        onSuccess: () => {
          held.hold(false);
          toast({ message: shared.configSaved(id) });
        },
      },
    );
  const load = () => {
    held.hold(false);
    change.reset();
  };
  return (
    <QueryView query={plugins}>
      {(list) => (
        <ConfigForm
          // A config changed elsewhere starts a form anew that nobody edited; a mere change of status does not.
          key={JSON.stringify(contentOf(base))}
          instance={base}
          schema={list.find((plugin) => plugin.id === instance.pluginId)?.configSchema ?? null}
          isSaving={change.isPending}
          error={isRefused ? null : change.error}
          onLoadTheirs={isRefused || (held.isOvertaken && !change.isPending) ? load : null}
          onEdited={held.hold}
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
  /** Gives up the edits for what somebody else saved meanwhile; `null` where nobody did. */
  onLoadTheirs: (() => void) | null;
  onEdited: (isEdited: boolean) => void;
  onSave: (config: Record<string, unknown>) => void;
}

function ConfigForm({ instance, schema, isSaving, error, onLoadTheirs, onEdited, onSave }: ConfigFormProps) {
  const { as: way = "form" } = route.useSearch();
  const navigate = route.useNavigate();
  // Taken along from one way of editing to the other.
  const [draft, setDraft] = useState(instance.config);
  const switchTo = (next: "form" | "yaml", taken: Settings) => {
    setDraft(taken);
    void navigate({ search: next === "yaml" ? { as: "yaml" } : {}, replace: true, resetScroll: false });
  };
  const Editor = way === "yaml" ? YamlForm : SchemaForm;
  return (
    <Suspense fallback={<Rows />}>
      {/* What would be typed into it now would not be saved: it begins anew when the bot has been started again. */}
      <div inert={isSaving}>
        <Editor
          key={way}
          schema={schema}
          config={instance.config}
          draft={draft}
          secrets={instance.secrets}
          error={error}
          onSubmit={onSave}
          above={(form) => (
            <ConfigWay
              way={way}
              // What was not edited goes over as it is stored, without what the form would fill in.
              draft={form.edited ? form.draft : instance.config}
              onSwitch={switchTo}
            />
          )}
        >
          {({ draft: wanted, edited, reset }) => (
            <>
              <Tell isEdited={edited} onEdited={onEdited} />
              <ProblemAlert error={error} />
              {onLoadTheirs && <Overtaken onLoad={onLoadTheirs} />}
              <ConfigChanges
                differences={wanted && differences(schema, instance.config, wanted)}
                isEdited={edited}
              />
              <Group>
                <Button type="submit" loading={isSaving} disabled={!edited || onLoadTheirs !== null}>
                  {instance.enabled ? shared.saveRestarts : shared.save}
                </Button>
                <Button variant="default" onClick={reset} disabled={!edited}>
                  {shared.reset}
                </Button>
              </Group>
            </>
          )}
        </Editor>
      </div>
    </Suspense>
  );
}

/** Says when a form begins to be edited, and when it no longer is. */
function Tell({ isEdited, onEdited }: { isEdited: boolean; onEdited: (isEdited: boolean) => void }) {
  // Only that it began or ended counts, not who is told.
  useEffect(() => onEdited(isEdited), [isEdited]);
  return null;
}
