import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../components/EmptyState.tsx";
import { texts } from "../texts.ts";

export function RouteNotFound() {
  return (
    <main style={{ maxWidth: 640, margin: "48px auto", padding: 16 }}>
      <EmptyState
        order={1}
        icon={<IconMapQuestion size={40} />}
        title={texts.notFound.title}
        detail={texts.notFound.detail}
      >
        <Button component={Link} to="/">
          {texts.notFound.action}
        </Button>
      </EmptyState>
    </main>
  );
}
