import { useIsMutating, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { exportOf, MOST_EXPORTED } from "../../../api/copies.ts";
import { explain } from "../../../api/problem.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { saveFile } from "../../../components/save-file.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

/** Exports an instance into a file that the browser saves, also where one looks at something else meanwhile. */
export function useExport(id: string) {
  const [bytes, setBytes] = useState(0);
  const toast = useToast();
  const mutationKey = ["export", id];
  const { mutate } = useMutation({
    mutationKey,
    mutationFn: (passphrase: string | undefined) => exportOf(id, passphrase, setBytes),
    onSuccess: (made) => {
      if (made) saveFile(made.file, made.name);
      toast(
        made
          ? { message: texts.exported(id, made.name, byteSize(made.file.size)) }
          : { message: texts.exportTooLarge(id, byteSize(MOST_EXPORTED)), failed: true },
      );
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      toast({ message: `${title}\n${detail}`, failed: true });
    },
    onSettled: () => setBytes(0),
  });
  const isRunning = useIsMutating({ mutationKey }) > 0;
  return { begin: (passphrase: string | undefined) => mutate(passphrase), isRunning, bytes };
}
