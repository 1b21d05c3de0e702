import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Config } from "../../../components/schema-form/values.ts";
import { texts } from "./texts.ts";

export type Way = "form" | "yaml";

const ways: { value: Way; label: string }[] = [
  { value: "form", label: texts.form },
  { value: "yaml", label: texts.yaml },
];

/**
 * Chooses how the config is edited; what is edited goes along.
 *
 * @param draft `null` while something is wrong in it, which the other way could not show
 */
export function ConfigWay({
  way,
  draft,
  onSwitch,
}: {
  way: Way;
  draft: Config | null;
  onSwitch: (way: Way, draft: Config) => void;
}) {
  const [wasRefused, setWasRefused] = useState(false);
  const press = (next: string) => {
    setWasRefused(draft === null);
    if (draft) onSwitch(next as Way, draft);
  };
  return (
    <Stack gap={4} mb="md" align="flex-start">
      <SegmentedControl aria-label={texts.way} data={ways} value={way} onChange={press} />
      {wasRefused && draft === null && (
        <Text c="var(--rook-bad)" role="alert">
          {texts.correctFirst}
        </Text>
      )}
    </Stack>
  );
}
