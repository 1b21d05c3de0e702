import { Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Caution } from "../../../components/Caution.tsx";

/** What has to be here before the file can be imported, and where one gets it. */
export function MissingFirst({
  title,
  detail,
  to,
  action,
}: {
  title: string;
  detail: string;
  to: "/plugins" | "/accounts";
  action: string;
}) {
  return (
    <Caution
      icon={<IconAlertTriangle size={20} aria-hidden />}
      title={title}
      action={
        <Button component={Link} to={to} size="xs" variant="default" data-autofocus>
          {action}
        </Button>
      }
    >
      <Text>{detail}</Text>
    </Caution>
  );
}
