import { Button } from "@mantine/core";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { instancesQuery } from "../../api/instances.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { ImportButton } from "./copies/ImportButton.tsx";
import { InstanceTable } from "./InstanceTable.tsx";
import { texts } from "./texts.ts";

export function InstancesPage() {
  const instances = useQuery(instancesQuery);
  return (
    <>
      <PageHeader title={texts.title}>
        <ImportButton />
        <CreateButton />
      </PageHeader>
      <QueryView query={instances}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={<IconRobot size={40} />} title={texts.emptyTitle} detail={texts.emptyDetail}>
              <CreateButton />
            </EmptyState>
          ) : (
            <InstanceTable instances={list} />
          )
        }
      </QueryView>
    </>
  );
}

function CreateButton() {
  return (
    <Button component={Link} to="/instances/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {texts.create}
    </Button>
  );
}
