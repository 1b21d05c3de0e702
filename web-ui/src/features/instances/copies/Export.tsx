import { Button, Group, Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { byteSize } from "../../../components/byte-size.ts";
import { Dialog } from "../../../components/Dialog.tsx";
import { ExportForm } from "./ExportForm.tsx";
import { texts } from "./texts.ts";
import { useExport } from "./use-export.ts";

/** Saves this instance as one file. */
export function Export({ instance }: { instance: Instance }) {
  const { id } = instance;
  const [opened, setOpened] = useState(false);
  const { begin, isRunning, bytes } = useExport(id);
  const close = () => setOpened(false);
  return (
    <section>
      <Title order={2} mb={4}>
        {texts.export}
      </Title>
      <Text mb="sm">{texts.exportDetail}</Text>
      <Group>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={isRunning}
          onClick={() => setOpened(true)}
        >
          {texts.exportAction}…
        </Button>
        <Text>
          <span role="status">{isRunning && texts.exporting(id)}</span>{" "}
          {isRunning && bytes > 0 && texts.exportedSoFar(byteSize(bytes))}
        </Text>
      </Group>
      <Dialog opened={opened} onClose={close} title={texts.exportTitle(id)}>
        <ExportForm
          instance={instance}
          onClose={close}
          onExport={(passphrase) => {
            close();
            begin(passphrase);
          }}
        />
      </Dialog>
    </section>
  );
}
