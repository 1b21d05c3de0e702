import { Text, Title } from "@mantine/core";
import type { Delivery } from "@rookery/host/api";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../../../api/accounts.ts";
import { deliveriesQuery } from "../../../api/deliveries.ts";
import { instancesQuery } from "../../../api/instances.ts";
import { DeliveryStateBadge } from "../../../components/Status.tsx";
import { whatRan } from "../../instances/activity/what-ran.ts";
import { useRoom } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import classes from "./WhatBecame.module.css";

/** Of each instance, so many are looked through. */
const NEWEST = 100;

/** What each bot of the room made of an event: why it answered, or why it did not. */
export function WhatBecame({ eventId }: { eventId: string }) {
  const { members } = useRoom();
  const accounts = useQuery(accountsQuery).data ?? [];
  const here = accounts.filter(({ userId }) => members.has(userId)).map(({ id }) => id);
  const instances = (useQuery(instancesQuery).data ?? []).filter(({ accountId }) => here.includes(accountId));
  const found = useQueries({
    queries: instances.map(({ id }) => deliveriesQuery(id, undefined, NEWEST)),
    combine: (results) => ({
      isPending: results.some((result) => result.isPending),
      made: results.flatMap(({ data }, index) => {
        const delivery = data?.find((one) => one.eventId === eventId);
        return delivery ? [{ id: instances[index]?.id ?? "", delivery }] : [];
      }),
    }),
  });
  return (
    <section aria-live="polite">
      <Title order={3} mt="md" mb="xs">
        {texts.became}
      </Title>
      {found.made.length === 0 && !found.isPending && <Text c="dimmed">{texts.becameNothing}</Text>}
      <ul className={classes.list}>
        {found.made.map(({ id, delivery }) => (
          <OfInstance key={id} id={id} delivery={delivery} />
        ))}
      </ul>
    </section>
  );
}

function OfInstance({ id, delivery }: { id: string; delivery: Delivery }) {
  return (
    <li>
      <Link to="/instances/$id/activity" params={{ id }}>
        {id}
      </Link>{" "}
      <DeliveryStateBadge state={delivery.state} /> {whatRan(delivery)}
      {delivery.durationMs !== null && `, ${texts.tookMs(delivery.durationMs)}`}
      {(delivery.reason ?? delivery.error) && (
        <Text size="sm">{delivery.reason?.message ?? delivery.error?.message}</Text>
      )}
    </li>
  );
}
