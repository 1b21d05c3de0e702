import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { csvOf, type RowSource } from "../../../api/databases.ts";
import { explain } from "../../../api/problem.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { saveFile } from "../../../components/save-file.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

/** Saves all rows, not only those that are shown, and says where they did not all fit. */
export function ExportCsv({
  source,
  columns,
  file: name,
}: {
  source: RowSource;
  columns: readonly { name: string }[];
  file: string;
}) {
  const [bytes, setBytes] = useState(0);
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => csvOf(source, columns, setBytes),
    onSuccess: ({ file, isCut }) => {
      saveFile(file, name);
      toast({
        message: isCut ? texts.exportCut(name, byteSize(file.size)) : texts.exported(name),
        failed: isCut,
      });
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      toast({ message: `${title}\n${detail}`, failed: true });
    },
    onSettled: () => setBytes(0),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      disabled={save.isPending}
      onClick={() => save.mutate()}
    >
      {save.isPending ? texts.exporting(byteSize(bytes)) : texts.exportCsv}
    </Button>
  );
}
