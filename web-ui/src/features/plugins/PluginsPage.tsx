import { Button, FileButton, Stack } from "@mantine/core";
import { IconBox, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { pluginsQuery } from "../../api/plugins.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView, Rows } from "../../components/QueryView.tsx";
import { CatalogueList } from "./CatalogueList.tsx";
import { useInstall } from "./install/Install.tsx";
import { PluginCard } from "./PluginCard.tsx";
import { texts } from "./texts.ts";

export function PluginsPage() {
  const plugins = useQuery(pluginsQuery);
  const install = useInstall();
  const uploadButton = (
    <FileButton accept=".mbp" onChange={(file) => file && install.begin([file])}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={16} aria-hidden />} loading={install.isPending}>
          {texts.upload}
        </Button>
      )}
    </FileButton>
  );
  return (
    <>
      <PageHeader title={texts.title}>{uploadButton}</PageHeader>
      <Stack>
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
