import { Code, Stack, Switch, Text, Title } from "@mantine/core";
import type { Configuration } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { configurationQuery } from "../../api/configuration.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { Health } from "./Health.tsx";
import { texts } from "./texts.ts";

/** Whether the host can do its work, and with what it was started. */
export function HealthAndConfiguration() {
  const configuration = useQuery(configurationQuery);
  return (
    <Stack gap={32}>
      <Health />
      <section>
        <Title order={2} mb="xs">
          {texts.configuration}
        </Title>
        <QueryView query={configuration}>{(known) => <Settings configuration={known} />}</QueryView>
      </section>
    </Stack>
  );
}

function Settings({ configuration: { file, settings } }: { configuration: Configuration }) {
  const [all, setAll] = useState(false);
  const shown = settings.filter(({ from }) => all || from !== "default");
  return (
    <Stack>
      <Text c="dimmed">{file === null ? texts.noFile : texts.readFrom(file)}</Text>
      <Switch
        label={texts.alsoDefaults(settings.length)}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
      {shown.length === 0 ? (
        <Text>{texts.allDefault}</Text>
      ) : (
        <CardTable label={texts.configuration} columns={[texts.setting, texts.value, texts.setBy]}>
          {shown.map(({ name, value, hidden, from, variable }) => (
            <tr key={name}>
              <Cell>
                <Code>{name}</Code>
              </Cell>
              <Cell label={texts.value}>
                {hidden ? <Text c="dimmed">{texts.hiddenValue}</Text> : <Code>{JSON.stringify(value)}</Code>}
              </Cell>
              <Cell label={texts.setBy}>
                <SetBy from={from === "file" ? nameOf(file) : variable} />
              </Cell>
            </tr>
          ))}
        </CardTable>
      )}
    </Stack>
  );
}

/** Where a setting is managed, if anywhere. */
function SetBy({ from }: { from: string | null }) {
  if (from === null) return <Text c="dimmed">{texts.byDefault}</Text>;
  return (
    <>
      {texts.managed} <Code>{from}</Code>
    </>
  );
}

const nameOf = (file: string | null) => file?.split("/").at(-1) ?? null;
