import { Button, Text, Title } from "@mantine/core";
import type { Plugin } from "@rookery/host/api";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useUninstallPlugin } from "../../api/plugins.ts";
import { byteSize } from "../../components/byte-size.ts";
import { ConfirmByName } from "../../components/ConfirmByName.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

export function Uninstall({ plugin }: { plugin: Plugin }) {
  const [opened, setOpened] = useState(false);
  const uninstall = useUninstallPlugin(plugin.id);
  const navigate = useNavigate();
  const toast = useToast();
  const inUse = plugin.instances.length;
  const confirm = () =>
    uninstall.mutate(undefined, {
      onSuccess: () => {
        toast({ message: texts.uninstalled(plugin.name) });
        void navigate({ to: "/plugins" });
      },
    });
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.uninstall}
      </Title>
      {inUse > 0 && (
        <Text c="dimmed" mb="xs">
          {texts.inUse(inUse)}
        </Text>
      )}
      <Button variant="default" disabled={inUse > 0} onClick={() => setOpened(true)}>
        {texts.uninstall}…
      </Button>
      <ConfirmByName
        title={texts.uninstallTitle(plugin.name)}
        name={plugin.name}
        action={texts.uninstall}
        opened={opened}
        pending={uninstall.isPending}
        error={uninstall.error}
        onClose={() => setOpened(false)}
        onConfirm={confirm}
      >
        {texts.uninstallDetail(plugin.version, byteSize(plugin.size))}
      </ConfirmByName>
    </section>
  );
}
