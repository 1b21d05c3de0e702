import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../../api/accounts.ts";
import { pluginsQuery } from "../../../api/plugins.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { Facts } from "../../../components/Facts.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { RelativeTime } from "../../../components/RelativeTime.tsx";
import { ImportChoices } from "./ImportChoices.tsx";
import { MissingFirst } from "./MissingFirst.tsx";
import type { Exported } from "./read-export.ts";
import { texts } from "./texts.ts";

/** What the file says of itself, and then what is to become of it, or what is missing here for that. */
export function ImportForm({
  file,
  exported,
  onClose,
}: {
  file: File;
  exported: Exported;
  onClose: () => void;
}) {
  const plugins = useQuery(pluginsQuery);
  const accounts = useQuery(accountsQuery);
  const { id, plugin, accountUserId, exportedAt, dataBytes } = exported;
  return (
    <Stack>
      <Facts
        facts={[
          [texts.what, texts.importWas(id, accountUserId)],
          [texts.plugin, `${plugin.id} ${plugin.version}`],
          ...(exportedAt === null
            ? []
            : [[texts.importFrom, <RelativeTime key="at" at={exportedAt} />] as const]),
          [texts.dataFact, dataBytes > 0 ? texts.importData(byteSize(dataBytes)) : texts.importNoData],
          [texts.takes, texts.importTakes],
          [texts.leaves, texts.importLeaves],
        ]}
      />
      <QueryView query={plugins}>
        {(pluginList) => (
          <QueryView query={accounts}>
            {(accountList) => {
              if (!pluginList.some((one) => one.id === plugin.id)) {
                const title = texts.pluginMissing(`${plugin.id} ${plugin.version}`);
                const detail = texts.pluginMissingDetail;
                return <MissingFirst {...{ title, detail }} to="/plugins" action={texts.toPlugins} />;
              }
              if (accountList.length === 0) {
                const [title, detail] = [texts.noAccounts, texts.noAccountsDetail];
                return <MissingFirst {...{ title, detail }} to="/accounts" action={texts.toAccounts} />;
              }
              return (
                <ImportChoices file={file} exported={exported} accounts={accountList} onClose={onClose} />
              );
            }}
          </QueryView>
        )}
      </QueryView>
    </Stack>
  );
}
