import { Button, FileButton } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { Dialog } from "../../../components/Dialog.tsx";
import { DropZone } from "../../../components/drop/DropZone.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { ImportForm } from "./ImportForm.tsx";
import { type Exported, readExport } from "./read-export.ts";
import { texts } from "./texts.ts";

/** Takes an exported file by its button or dropped on the page, and asks what is to become of it. */
export function ImportButton() {
  const [chosen, setChosen] = useState<{ file: File; exported: Exported; number: number }>();
  const reset = useRef<() => void>(null);
  const toast = useToast();
  const choose = async (files: File[]) => {
    // The same file may be chosen again.
    reset.current?.();
    const [file] = files;
    if (!file) return;
    const exported = files.length > 1 ? undefined : await readExport(file);
    if (exported) {
      return setChosen((before) => ({ file, exported, number: (before?.number ?? 0) + 1 }));
    }
    const reason = file.name.endsWith(".mbp") ? texts.importBundle : texts.importNone;
    toast({ message: files.length > 1 ? texts.importOne : reason(file.name), failed: true });
  };
  const close = () => setChosen(undefined);
  return (
    <>
      <DropZone title={texts.importDrop} hint={texts.importDropHint} onDrop={(files) => void choose(files)} />
      <FileButton
        resetRef={reset}
        accept=".gz,application/gzip"
        onChange={(file) => file && void choose([file])}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
            {texts.import}…
          </Button>
        )}
      </FileButton>
      <Dialog opened={chosen !== undefined} onClose={close} title={texts.importTitle}>
        {chosen && <ImportForm key={chosen.number} {...chosen} onClose={close} />}
      </Dialog>
    </>
  );
}
