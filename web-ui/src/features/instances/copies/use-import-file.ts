import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { type ImportedFile, useImport } from "../../../api/copies.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import type { Exported } from "./read-export.ts";
import { texts } from "./texts.ts";

/** Sends an exported file and goes to the instance that came of it. Who closes the dialog meanwhile ends it. */
export function useImportFile(file: File, exported: Exported) {
  const [sent, setSent] = useState(0);
  const creation = useImport(setSent);
  const navigate = useNavigate();
  const toast = useToast();
  const leaving = useRef<AbortController>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const begin = (what: Omit<ImportedFile, "file">) => {
    const ending = new AbortController();
    leaving.current = ending;
    setSent(0);
    creation.mutate(
      { file, signal: ending.signal, ...what },
      {
        onSuccess: ({ id, enabled, secrets }) => {
          const isComplete = Object.keys(secrets).length >= exported.secrets;
          const stopped = isComplete ? texts.imported : texts.importedIncomplete;
          toast({ message: enabled ? texts.importedStarts(id) : stopped(id) });
          void navigate({ to: "/instances/$id", params: { id }, ignoreBlocker: true });
        },
      },
    );
  };
  return { begin, creation, sent };
}
