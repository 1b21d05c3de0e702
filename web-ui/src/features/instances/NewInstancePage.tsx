import { Button } from "@mantine/core";
import { IconBox, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../api/accounts.ts";
import { pluginsQuery } from "../../api/plugins.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { NewInstanceForm } from "./NewInstanceForm.tsx";
import { texts } from "./texts.ts";

export function NewInstancePage() {
  const plugins = useQuery(pluginsQuery);
  const accounts = useQuery(accountsQuery);
  return (
    <>
      <PageHeader title={texts.create} lead={texts.newLead} />
      <QueryView query={plugins}>
        {(pluginList) => (
          <QueryView query={accounts}>
            {(accountList) => {
              if (pluginList.length === 0) return <NoPlugins />;
              if (accountList.length === 0) return <NoAccounts />;
              return <NewInstanceForm plugins={pluginList} accounts={accountList} />;
            }}
          </QueryView>
        )}
      </QueryView>
    </>
  );
}

function NoPlugins() {
  return (
    <EmptyState icon={<IconBox size={40} />} title={texts.noPlugins} detail={texts.noPluginsDetail}>
      <Button component={Link} to="/plugins">
        {texts.toPlugins}
      </Button>
    </EmptyState>
  );
}

function NoAccounts() {
  return (
    <EmptyState icon={<IconUser size={40} />} title={texts.noAccounts} detail={texts.noAccountsDetail}>
      <Button component={Link} to="/accounts/new">
        {texts.toAccounts}
      </Button>
    </EmptyState>
  );
}
