import { Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { instanceQuery, useDeleteInstance } from "../../api/instances.ts";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { ManagedFields } from "../../components/Managed.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { CatchUp } from "./CatchUp.tsx";
import { Duplicate } from "./copies/Duplicate.tsx";
import { Export } from "./copies/Export.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/settings");

export function InstanceSettings() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  return (
    <Stack gap={32}>
      {instance && (
        <>
          <ManagedFields managed={instance.managed}>
            <CatchUp instance={instance} />
          </ManagedFields>
          <Duplicate instance={instance} />
          <Export instance={instance} />
        </>
      )}
      {instance?.managed ? null : <Deletion id={id} />}
    </Stack>
  );
}

function Deletion({ id }: { id: string }) {
  const [opened, setOpened] = useState(false);
  const remove = useDeleteInstance(id);
  const navigate = useNavigate();
  const toast = useToast();
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast({ message: texts.deleted(id) });
        void navigate({ to: "/instances", ignoreBlocker: true });
      },
    });
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.delete}
      </Title>
      <Text mb="sm">{texts.deleteDetail}</Text>
      <Button variant="default" c="var(--rook-bad)" onClick={() => setOpened(true)}>
        {texts.delete}…
      </Button>
      <ConfirmByName
        title={texts.deleteTitle(id)}
        name={id}
        action={texts.deleteAction}
        opened={opened}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setOpened(false)}
        onConfirm={confirm}
      >
        {texts.deleteDetail}
      </ConfirmByName>
    </section>
  );
}
