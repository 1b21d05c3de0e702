import { Button } from "@mantine/core";
import { type ComponentType, lazy } from "react";
import { NotLoadedError } from "../api/problem.ts";
import { texts } from "../texts.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";

/** A component in a script of its own. Where that is not there, it says so in its place, and what is around it stays. */
export function lazyPart<Props extends object, Name extends string>(
  importer: () => Promise<{ [name in Name]: ComponentType<Props> }>,
  name: Name,
) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: (await importer())[name] };
    } catch (error) {
      return { default: () => <NotLoaded error={new NotLoadedError(error)} /> };
    }
  });
}

function NotLoaded({ error }: { error: NotLoadedError }) {
  return (
    <ProblemAlert error={error}>
      <Button size="xs" variant="default" onClick={() => window.location.reload()}>
        {texts.notLoaded.action}
      </Button>
    </ProblemAlert>
  );
}
