import type { Plugin, Usage } from "@rookery/host/api";
import { byteSize } from "../../components/byte-size.ts";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { texts } from "./texts.ts";

/** What the host and each worker use now. */
export function Processes({ usage, plugins }: { usage: Usage; plugins: Plugin[] }) {
  const nameOf = (id: string) => plugins.find((plugin) => plugin.id === id)?.name ?? id;
  const rows = [
    { name: texts.host, ...usage.host },
    ...usage.workers.map(({ pluginId, instanceId, ...used }) => ({
      name: instanceId === null ? texts.worker(nameOf(pluginId)) : texts.ownWorker(instanceId),
      ...used,
    })),
  ];
  return (
    <CardTable label={texts.processes} columns={[texts.process, texts.memory, texts.processor]}>
      {rows.map(({ name, residentBytes, cpuPercent }) => (
        <tr key={name}>
          <Cell>{name}</Cell>
          <Cell label={texts.memory} number>
            {residentBytes === null ? texts.none : byteSize(residentBytes)}
          </Cell>
          <Cell label={texts.processor} number>
            {cpuPercent === null ? texts.none : `${cpuPercent.toFixed(1)} %`}
          </Cell>
        </tr>
      ))}
    </CardTable>
  );
}
