import { Button, FileButton, Stack, Text } from "@mantine/core";
import { IconBox, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { pluginsQuery, useUploadPlugin } from "../../api/plugins.ts";
import { DropZone } from "../../components/DropZone.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView, Rows } from "../../components/QueryView.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { CatalogueList } from "./CatalogueList.tsx";
import { PluginCard } from "./PluginCard.tsx";
import { installedWords, texts } from "./texts.ts";

export function PluginsPage() {
  const plugins = useQuery(pluginsQuery);
  const { install, pending, error } = useInstall();
  const uploadButton = (
    <FileButton accept=".mbp" onChange={(file) => file && install([file])}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={16} aria-hidden />} loading={pending}>
          {texts.upload}
        </Button>
      )}
    </FileButton>
  );
  return (
    <>
      <DropZone title={texts.drop} hint={texts.dropHint} onDrop={install} />
      <PageHeader title={texts.title}>{uploadButton}</PageHeader>
      <Stack>
        <ProblemAlert error={error} />
        {pending && <Text role="status">{texts.uploading}…</Text>}
        <QueryView query={plugins} skeleton={<Rows height={96} />}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<IconBox size={40} />} title={texts.emptyTitle} detail={texts.emptyDetail}>
                {uploadButton}
              </EmptyState>
            ) : (
              <Stack component="ul" p={0} m={0} style={{ listStyle: "none" }}>
                {list.map((plugin) => (
                  <li key={plugin.id}>
                    <PluginCard plugin={plugin} />
                  </li>
                ))}
              </Stack>
            )
          }
        </QueryView>
        <CatalogueList />
      </Stack>
    </>
  );
}

/** Uploads one bundle and goes to its page, where the permissions are. */
function useInstall() {
  const upload = useUploadPlugin();
  const navigate = useNavigate();
  const toast = useToast();
  const [refusal, setRefusal] = useState<Error | null>(null);
  const install = (files: File[]) => {
    const [file] = files;
    if (!file) return;
    const reason =
      files.length > 1 ? texts.oneAtATime : file.name.endsWith(".mbp") ? null : texts.notBundle(file.name);
    setRefusal(reason ? new Error(reason) : null);
    if (reason) return;
    upload.mutate(file, {
      onSuccess: (plugin) => {
        toast({ message: installedWords(plugin) });
        void navigate({ to: "/plugins/$id", params: { id: plugin.id } });
      },
    });
  };
  return { install, pending: upload.isPending, error: refusal ?? upload.error };
}
