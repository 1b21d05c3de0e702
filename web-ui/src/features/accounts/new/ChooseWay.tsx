import { Radio, Stack, Text } from "@mantine/core";
import type { Homeserver } from "@rookery/host/api";
import { useEffect, useRef } from "react";
import { texts } from "../texts.ts";
import classes from "./ChooseWay.module.css";
import type { Way } from "./ways.ts";

/** What the homeserver offers, and behind one more press what it does not say that it does. */
export function ChooseWay({
  ways: { offered, others },
  way,
  registration,
  onChoose,
}: {
  ways: { offered: Way[]; others: Way[] };
  way: Way;
  registration: Homeserver["registration"];
  onChoose: (way: Way) => void;
}) {
  const group = useRef<HTMLDivElement>(null);
  // What was pressed to come here is gone; one goes on from what came in its place.
  useEffect(() => group.current?.querySelector<HTMLElement>("input:checked")?.focus(), []);
  const choice = (one: Way) => (
    <Radio
      key={one}
      value={one}
      label={texts.ways[one]}
      description={one === "register" && registration === "open" ? texts.registerOpen : texts.wayDetails[one]}
    />
  );
  return (
    <Radio.Group ref={group} label={texts.how} value={way} onChange={(chosen) => onChoose(chosen as Way)}>
      <Stack gap="xs" mt={8}>
        {offered.map(choice)}
        <details className={classes.others} open={offered.length === 0 || undefined}>
          <summary>{texts.otherWays}</summary>
          <Stack gap="xs" mt={8}>
            <Text size="xs" c="dimmed">
              {texts.otherWaysHelp}
            </Text>
            {others.map(choice)}
          </Stack>
        </details>
      </Stack>
    </Radio.Group>
  );
}
