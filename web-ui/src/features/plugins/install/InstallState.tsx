import { Button, Progress, Text } from "@mantine/core";
import { byteSize } from "../../../components/byte-size.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import classes from "./InstallState.module.css";

/** How far a bundle is on its way to the host, or why it was refused; over whatever page one is on. */
export function InstallState({
  name,
  sent,
  total,
  problem,
  onClose,
}: {
  name: string;
  sent: number;
  total: number;
  problem: Error | null;
  onClose: () => void;
}) {
  if (problem) {
    return (
      <div className={classes.corner}>
        <ProblemAlert error={problem}>
          <Button size="xs" variant="default" onClick={onClose}>
            {shared.close}
          </Button>
        </ProblemAlert>
      </div>
    );
  }
  const isSent = sent >= total;
  return (
    <div className={classes.corner}>
      <div className={classes.card}>
        <Text role="status">{isSent ? texts.checking(name) : texts.uploading(name)}</Text>
        <Progress value={(100 * sent) / Math.max(1, total)} aria-label={texts.uploading(name)} />
        <div className={classes.foot}>
          <Text size="xs" c="dimmed">
            {texts.uploaded(byteSize(sent), byteSize(total))}
          </Text>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
        </div>
      </div>
    </div>
  );
}
