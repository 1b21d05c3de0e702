import { Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { CopyableId } from "../../components/CopyableId.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import classes from "./InstanceWebhooks.module.css";
import { texts } from "./texts.ts";

type Webhook = Instance["webhooks"][number];

/** Where an instance can be called, and how the last call ended. Nothing for one without webhooks. */
export function InstanceWebhooks({ webhooks }: Pick<Instance, "webhooks">) {
  if (webhooks.length === 0) return null;
  const isOff = webhooks.some(({ url }) => url === null);
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.webhooks}
      </Title>
      <Text mb="sm" maw={640}>
        {isOff ? texts.webhooksOff : texts.webhooksLead}
      </Text>
      <CardTable label={texts.webhooks} columns={[texts.webhook, texts.webhookAddress, texts.lastCall]}>
        {webhooks.map((webhook) => (
          <tr key={`${webhook.method} ${webhook.path}`}>
            <Cell>
              <span className={classes.webhook}>
                {webhook.method} {webhook.path}
              </span>
              <Text size="xs" c="dimmed">
                {webhook.reply ? texts.webhookReplies : texts.webhookStores}
              </Text>
            </Cell>
            <Cell label={texts.webhookAddress}>
              {webhook.url === null ? (
                texts.webhookNowhere
              ) : (
                <CopyableId value={webhook.url} what={texts.webhookAddressOf(webhook.path)} />
              )}
            </Cell>
            <Cell label={texts.lastCall}>
              <LastCall last={webhook.last} />
            </Cell>
          </tr>
        ))}
      </CardTable>
    </section>
  );
}

function LastCall({ last }: Pick<Webhook, "last">) {
  if (!last) return texts.webhookNotCalled;
  return (
    <span className={classes.last}>
      <span className={classes.status} data-bad={last.status >= 400}>
        {last.status}
      </span>
      <RelativeTime at={last.at} />
    </span>
  );
}
