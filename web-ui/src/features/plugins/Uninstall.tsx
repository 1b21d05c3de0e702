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
  const navigate = useNavigate();
  const toast = useToast();
  const uninstall = useUninstallPlugin(plugin.id, () => {
    toast({ message: texts.uninstalled(plugin.name) });
    void navigate({ to: "/plugins", ignoreBlocker: true });
  });
  const inUse = plugin.instances.length;
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
        onConfirm={() => uninstall.mutate()}
      >
        {texts.uninstallDetail(plugin.version, byteSize(plugin.size))}
      </ConfirmByName>
    </section>
  );
}
