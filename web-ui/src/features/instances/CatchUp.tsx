import { Button, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { useChangeInstance } from "../../api/instances.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { isStatus } from "../../api/problem.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { catchUpAges } from "./catch-up-ages.ts";
import { Overtaken } from "./Overtaken.tsx";
import { texts } from "./texts.ts";
import { useEdits } from "./use-edits.ts";

const contentOf = ({ catchUpSeconds }: Instance) => catchUpSeconds;

/** How old a message may be and still be answered when the bot was away. */
export function CatchUp({ instance }: { instance: Instance }) {
  const { id, pluginId, catchUpSeconds, enabled } = instance;
  const plugin = useQuery(pluginsQuery).data?.find((each) => each.id === pluginId);
  const set = catchUpSeconds === null ? "" : String(catchUpSeconds);
  const edits = useEdits<Instance, string>(instance, contentOf);
  const chosen = edits.draft ?? set;
  const change = useChangeInstance(id);
  const toast = useToast();
  const isRefused = isStatus(change.error, 412);
  const isOvertaken = isRefused || (edits.isOvertaken && !change.isPending);
  const load = () => {
    edits.set(undefined);
    change.reset();
  };
  if (!plugin) return null;
  const save = () => {
    const onSaved = edits.sent();
    change.mutate(
      { catchUpSeconds: chosen === "" ? null : Number(chosen), known: edits.base.etag },
      {
        onSuccess: (answer) => {
          onSaved(answer);
          toast({ message: texts.catchUpSaved(id) });
        },
      },
    );
  };
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.catchUp}
      </Title>
      <Text mb="sm">{texts.catchUpDetail}</Text>
      <Stack gap="sm" align="flex-start">
        <ProblemAlert error={isRefused ? null : change.error} />
        {isOvertaken && <Overtaken onLoad={load} />}
        <Group align="end">
          <NativeSelect
            label={texts.catchUpLabel}
            data={catchUpAges(plugin.catchUpSeconds, catchUpSeconds)}
            value={chosen}
            onChange={(event) => edits.set(event.currentTarget.value)}
          />
          <Button onClick={save} loading={change.isPending} disabled={chosen === set || isOvertaken}>
            {enabled ? texts.saveRestarts : texts.save}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
