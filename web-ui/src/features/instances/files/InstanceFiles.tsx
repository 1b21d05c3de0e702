import { Progress, Text } from "@mantine/core";
import type { InstanceFiles as Held } from "@rookery/host/api";
import { IconFiles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { filesQuery } from "../../../api/files.ts";
import { instanceQuery } from "../../../api/instances.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { CardTable } from "../../../components/CardTable.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { FileRow } from "./FileRow.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/files");
const NEARLY_FULL = 0.9;

/** What an instance's plugin holds with `bot.files`, and how much of its limit that takes. */
export function InstanceFiles() {
  const { id } = route.useParams();
  const files = useQuery(filesQuery(id));
  const isStopped = useQuery(instanceQuery(id)).data?.status !== "running";
  return (
    <QueryView query={files}>
      {(held) =>
        held.files.length === 0 ? (
          <EmptyState
            icon={<IconFiles size={40} />}
            title={isStopped ? texts.notRunning : texts.empty}
            detail={isStopped ? texts.notRunningDetail : texts.emptyDetail}
          />
        ) : (
          <section>
            <Text c="dimmed" maw={720}>
              {texts.lead}
            </Text>
            <Usage held={held} />
            <CardTable label={texts.files} columns={[texts.what, texts.size, texts.held, ""]}>
              {held.files.map((file) => (
                <FileRow key={file.file} id={id} file={file} />
              ))}
            </CardTable>
          </section>
        )
      }
    </QueryView>
  );
}

function Usage({ held: { files, usedBytes, maxBytes } }: { held: Held }) {
  const isNearlyFull = usedBytes > maxBytes * NEARLY_FULL;
  return (
    <div style={{ margin: "16px 0" }}>
      <Text mb={4}>{texts.used(files.length, byteSize(usedBytes), byteSize(maxBytes))}</Text>
      <Progress
        value={(100 * usedBytes) / maxBytes}
        color={isNearlyFull ? "red" : "rook"}
        maw={400}
        aria-label={texts.usedMeter}
      />
      {isNearlyFull && <Text mt={4}>{texts.nearlyFull}</Text>}
    </div>
  );
}
