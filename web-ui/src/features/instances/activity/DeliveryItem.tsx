import { Text } from "@mantine/core";
import type { Delivery } from "@rookery/host/api";
import { CopyableId } from "../../../components/CopyableId.tsx";
import { RelativeTime } from "../../../components/RelativeTime.tsx";
import { DeliveryStateBadge } from "../../../components/Status.tsx";
import { whereFrom } from "../failure.ts";
import { texts } from "../texts.ts";
import classes from "./Activity.module.css";
import { DeliverySteps } from "./DeliverySteps.tsx";
import { whatRan } from "./what-ran.ts";

/** One event: what became of it in a line, and all that is known of it when it is opened. */
export function DeliveryItem({ delivery }: { delivery: Delivery }) {
  const { state, durationMs, reason, error, runAt } = delivery;
  const from = whereFrom(delivery);
  const at = delivery.endedAt ?? delivery.startedAt ?? delivery.sentAt;
  return (
    <li className={classes.item}>
      <div className={classes.first}>
        <DeliveryStateBadge state={state} />
        <Text span fw={600} className={classes.what}>
          {whatRan(delivery)}
        </Text>
        <Text span c="dimmed" size="sm" className={classes.figures}>
          {durationMs !== null && `${texts.took(durationMs)} · `}
          <RelativeTime at={at} />
        </Text>
      </div>
      {from && (
        <Text c="dimmed" size="sm">
          {from}
        </Text>
      )}
      {reason && <Text size="sm">{reason.message}</Text>}
      {error && <Text className={classes.error}>{error.message}</Text>}
      {runAt && (
        <Text size="sm">
          {texts.runsAgainAt} <RelativeTime at={runAt} />
        </Text>
      )}
      <details>
        <summary>{delivery.calls.length > 0 ? texts.steps : texts.moreOfIt}</summary>
        <DeliverySteps delivery={delivery} />
        {error?.stack && <pre>{error.stack}</pre>}
        <Text size="xs" c="dimmed">
          {delivery.attempts > 0 && `${texts.attempts(delivery.attempts)} · `}
          <CopyableId value={delivery.eventId} what={texts.eventOf} />
        </Text>
      </details>
    </li>
  );
}
