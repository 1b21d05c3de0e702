import { Button } from "@mantine/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { NotLoadedError } from "../api/problem.ts";
import { ProblemAlert } from "../components/ProblemAlert.tsx";
import { texts } from "../texts.ts";

/** A page that failed to load or to render. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  return (
    <main style={{ maxWidth: 640, margin: "48px auto", padding: 16 }}>
      <ProblemAlert
        error={error}
        onRetry={() => {
          queries.reset();
          reset();
          void router.invalidate();
        }}
      >
        {error instanceof NotLoadedError && (
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {texts.notLoaded.action}
          </Button>
        )}
      </ProblemAlert>
    </main>
  );
}
