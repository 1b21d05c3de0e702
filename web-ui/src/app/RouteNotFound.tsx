import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../components/EmptyState.tsx";
import { texts } from "../texts.ts";

/** An address that leads nowhere, outside of the frame. */
export function RouteNotFound() {
  return (
    <main style={{ maxWidth: 640, margin: "48px auto", padding: 16 }}>
      <NotFound />
    </main>
  );
}

/** The same inside the frame, whose `main` it stands in. */
export function NotFound() {
  return (
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
  );
}
