import { useNavigate } from "@tanstack/react-router";
import { createContext, type ReactNode, Suspense, use, useRef, useState } from "react";
import { useUploadPlugin } from "../../../api/plugins.ts";
import { useSession } from "../../../api/session.ts";
import { Drops } from "../../../components/drop/Drops.tsx";
import { lazyPart } from "../../../components/lazy-part.tsx";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { hasUnsavedEdits } from "../../../components/unsaved.ts";
import { installedWords, texts } from "../texts.ts";
import { isBundle, refusalOf } from "./refusal.ts";

const InstallState = lazyPart(() => import("./InstallState.tsx"), "InstallState");

interface Install {
  /** Sends one bundle to the host, and then leads to its plugin; says where it is refused. */
  begin: (files: File[]) => void;
  isPending: boolean;
}

const InstallContext = createContext<Install | null>(null);

export function useInstall(): Install {
  const install = use(InstallContext);
  if (!install) throw new Error("useInstall outside of InstallProvider");
  return install;
}

/** Installs a bundle from wherever on the page it is chosen or dropped, and says how far it is. */
export function InstallProvider({ children }: { children: ReactNode }) {
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState(0);
  const [refusal, setRefusal] = useState<Error | null>(null);
  const ending = useRef<AbortController>(null);
  const upload = useUploadPlugin(setSent);
  const navigate = useNavigate();
  const toast = useToast();
  const role = useSession()?.user.role ?? "viewer";

  const close = () => {
    ending.current?.abort();
    setRefusal(null);
    upload.reset();
  };
  const begin = (files: File[]) => {
    const [bundle] = files;
    if (!bundle || upload.isPending) return;
    const reason = refusalOf(files, role);
    upload.reset();
    setRefusal(reason === null ? null : new Error(reason));
    if (reason !== null) return;
    setFile(bundle);
    setSent(0);
    ending.current = new AbortController();
    upload.mutate(
      { bundle, signal: ending.current.signal },
      {
        onSuccess: (plugin) => {
          const show = () => void navigate({ to: "/plugins/$id", params: { id: plugin.id } });
          // Who edits something here is not led away from it.
          const isKept = hasUnsavedEdits();
          const action = isKept ? { action: { label: texts.show(plugin.name), run: show } } : {};
          toast({ message: installedWords(plugin), ...action });
          if (!isKept) show();
        },
      },
    );
  };

  const problem = refusal ?? upload.error;
  return (
    <InstallContext value={{ begin, isPending: upload.isPending }}>
      <Drops
        fallback={{ title: texts.drop, hint: texts.dropHint, onDrop: begin }}
        isAlways={isBundle}
        alwaysHint={texts.dropAlso}
      >
        {children}
      </Drops>
      <Suspense>
        {(upload.isPending || problem) && (
          <InstallState
            name={file?.name ?? ""}
            sent={sent}
            total={file?.size ?? 0}
            problem={problem}
            onClose={close}
          />
        )}
      </Suspense>
    </InstallContext>
  );
}
