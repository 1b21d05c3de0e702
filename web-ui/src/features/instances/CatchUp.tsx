import { Button, Group, NativeSelect, Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useChangeInstance } from "../../api/instances.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { catchUpAges } from "./catch-up-ages.ts";
import { texts } from "./texts.ts";

/** How old a message may be and still be answered when the bot was away. */
export function CatchUp({ instance: { id, pluginId, catchUpSeconds, enabled } }: { instance: Instance }) {
  const plugin = useQuery(pluginsQuery).data?.find((each) => each.id === pluginId);
  const set = catchUpSeconds === null ? "" : String(catchUpSeconds);
  const [edited, setEdited] = useState<string>();
  const chosen = edited ?? set;
  const change = useChangeInstance(id);
  const toast = useToast();
  if (!plugin) return null;
  const save = () =>
    change.mutate(
      { catchUpSeconds: chosen === "" ? null : Number(chosen) },
      {
        onSuccess: () => {
          setEdited(undefined);
          toast({ message: texts.catchUpSaved(id) });
        },
      },
    );
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.catchUp}
      </Title>
      <Text mb="sm">{texts.catchUpDetail}</Text>
      <ProblemAlert error={change.error} />
      <Group align="end">
        <NativeSelect
          label={texts.catchUpLabel}
          data={catchUpAges(plugin.catchUpSeconds, catchUpSeconds)}
          value={chosen}
          onChange={(event) => setEdited(event.currentTarget.value)}
        />
        <Button onClick={save} loading={change.isPending} disabled={chosen === set}>
          {enabled ? texts.saveRestarts : texts.save}
        </Button>
      </Group>
    </section>
  );
}
