import { Text, VisuallyHidden } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { instancesQuery } from "../../api/instances.ts";
import { UnreachableError } from "../../api/problem.ts";
import { texts } from "../../texts.ts";
import classes from "./ConnectionState.module.css";

/** Says when what one sees may be out of date. Nothing to see while all is well. */
export function ConnectionState() {
  const { failureReason, error, isSuccess } = useQuery(instancesQuery);
  const lost = [failureReason, error].some((reason) => reason instanceof UnreachableError);
  return (
    <div role="status">
      {lost ? (
        <div className={classes.lost}>
          <IconPlugConnectedX size={20} aria-hidden />
          <div>
            <Text fw={600}>{texts.lost}</Text>
            <Text>{texts.lostHint}</Text>
          </div>
        </div>
      ) : (
        isSuccess && <VisuallyHidden>{texts.live}</VisuallyHidden>
      )}
    </div>
  );
}
