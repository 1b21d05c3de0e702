import { Radio, Stack } from "@mantine/core";
import { texts } from "./texts.ts";

interface Choice {
  label: string;
  description: string;
}

/** Whether secrets go along. */
export function SecretsChoice({
  isTaken,
  onChoose,
  leave,
  take,
}: {
  isTaken: boolean;
  onChoose: (isTaken: boolean) => void;
  leave: Choice;
  take: Choice;
}) {
  return (
    <Radio.Group
      label={texts.secrets}
      value={isTaken ? "take" : "leave"}
      onChange={(chosen) => onChoose(chosen === "take")}
    >
      <Stack gap="xs" mt={8}>
        <Radio value="leave" {...leave} />
        <Radio value="take" {...take} />
      </Stack>
    </Radio.Group>
  );
}
