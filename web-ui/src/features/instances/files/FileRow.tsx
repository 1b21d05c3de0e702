import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { fileHref, type InstanceFile, useRemoveFile } from "../../../api/files.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { Cell } from "../../../components/CardTable.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { RelativeTime } from "../../../components/RelativeTime.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts as shared } from "../../../texts.ts";
import { describeFile, shortOf, showable } from "./describe.ts";
import { FilePreview } from "./FilePreview.tsx";
import { texts } from "./texts.ts";

/** One file, and what one can do with it. */
export function FileRow({ id, file }: { id: string; file: InstanceFile }) {
  const [open, setOpen] = useState<"preview" | "remove">();
  const close = () => setOpen(undefined);
  const short = shortOf(file);
  const shown = showable(file);
  return (
    <tr>
      <Cell>
        {describeFile(file)} <Code>{short}</Code>
      </Cell>
      <Cell label={texts.size} number>
        {byteSize(file.size)}
      </Cell>
      <Cell label={texts.held}>
        <RelativeTime at={file.heldSince} />
      </Cell>
      <Cell end>
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          {shown && (
            <Button
              size="xs"
              variant="default"
              aria-label={texts.of(texts.show, short)}
              onClick={() => setOpen("preview")}
            >
              {texts.show}
            </Button>
          )}
          <Button
            component="a"
            size="xs"
            variant="default"
            href={fileHref(id, file.file)}
            download
            aria-label={texts.of(texts.download, short)}
          >
            {texts.download}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={texts.of(texts.remove, short)}
            onClick={() => setOpen("remove")}
          >
            {texts.remove}…
          </Button>
        </Group>
        <Dialog opened={open === "preview"} onClose={close} title={describeFile(file)} size="lg">
          {shown && <FilePreview id={id} file={file} shown={shown} />}
        </Dialog>
        <Dialog opened={open === "remove"} onClose={close} title={texts.removeTitle(short)}>
          <Remove id={id} file={file} onClose={close} />
        </Dialog>
      </Cell>
    </tr>
  );
}

function Remove({ id, file, onClose }: { id: string; file: InstanceFile; onClose: () => void }) {
  const toast = useToast();
  const remove = useRemoveFile(id, () => {
    onClose();
    toast({ message: texts.removed(shortOf(file)) });
  });
  return (
    <Stack>
      <Text>{texts.removeDetail(describeFile(file), byteSize(file.size))}</Text>
      <ProblemAlert error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button
          color="red.9"
          data-autofocus
          loading={remove.isPending}
          onClick={() => remove.mutate(file.file)}
        >
          {texts.remove}
        </Button>
      </Group>
    </Stack>
  );
}
