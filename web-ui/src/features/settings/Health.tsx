import { Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { readinessQuery } from "../../api/configuration.ts";
import { noticesQuery } from "../../api/notices.ts";
import { QueryView } from "../../components/QueryView.tsx";
import classes from "./Health.module.css";
import { texts } from "./texts.ts";

/** What monitors are told, and what needs attention beside it. */
export function Health() {
  const readiness = useQuery(readinessQuery);
  const notices = useQuery(noticesQuery).data ?? [];
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.health}
      </Title>
      <QueryView query={readiness}>
        {({ problems }) => (
          <div role="status">
            {problems.length === 0 ? (
              <Line good text={texts.ready} />
            ) : (
              problems.map((problem) => <Line key={problem} text={problem} />)
            )}
          </div>
        )}
      </QueryView>
      {notices.map(({ id, message, remedy }) => (
        <Line key={id} text={message} remedy={remedy} />
      ))}
      <Text c="dimmed" size="xs" mt="xs">
        {texts.monitors}
      </Text>
    </section>
  );
}

function Line({ good = false, text, remedy }: { good?: boolean; text: string; remedy?: string }) {
  const Icon = good ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={classes.line} data-good={good}>
      <Icon size={18} aria-hidden />
      <div>
        <Text>{text}</Text>
        {remedy !== undefined && <Text c="dimmed">{remedy}</Text>}
      </div>
    </div>
  );
}
