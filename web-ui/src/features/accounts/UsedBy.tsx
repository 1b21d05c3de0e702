import { Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { InstanceLinks } from "./InstanceLinks.tsx";
import { texts } from "./texts.ts";

/** The instances that write with an account. */
export function UsedBy({ account: { instances } }: { account: Account }) {
  if (instances.length > 0) return <InstanceLinks ids={instances} />;
  return (
    <Text c="dimmed" span>
      {texts.nobody}
    </Text>
  );
}
