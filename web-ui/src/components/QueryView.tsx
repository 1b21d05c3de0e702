import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { texts } from "../texts.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";

/** What a query gives, a skeleton of the same size until then, or what went wrong. Old data outlives an error. */
export function QueryView<Data>({
  query,
  skeleton,
  children,
}: {
  query: UseQueryResult<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div aria-busy>
      <VisuallyHidden role="status">{texts.loading}</VisuallyHidden>
      {skeleton ?? <Rows />}
    </div>
  );
}

/** Three rows of a table or list that is still to come. */
export function Rows({ height = 48 }: { height?: number }) {
  return (
    <Stack gap="xs">
      <Skeleton height={height} />
      <Skeleton height={height} />
      <Skeleton height={height} />
    </Stack>
  );
}
