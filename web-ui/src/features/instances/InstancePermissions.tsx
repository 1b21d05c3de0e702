import { Stack, Text, Title } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { instancePermissionsQuery, instanceQuery, useChangeInstance } from "../../api/instances.ts";
import { ManagedFields } from "../../components/Managed.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { PermissionSwitches } from "../../components/permissions/PermissionSwitches.tsx";
import { isGiven, withPart } from "../../components/permissions/permission-list.ts";
import { texts as states } from "../../components/permissions/texts.ts";
import { QueryView } from "../../components/QueryView.tsx";
import { InstanceRooms } from "./InstanceRooms.tsx";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/permissions");

export function InstancePermissions() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  if (!instance) return null;
  return (
    <ManagedFields managed={instance.managed}>
      <Stack gap={32}>
        <Given instance={instance} />
        {/* Rooms that were changed elsewhere start the form anew. */}
        <InstanceRooms instance={instance} />
      </Stack>
    </ManagedFields>
  );
}

/** What the plugin is granted, and what of it this instance does not get. */
function Given({ instance: { id, pluginId, withheld, etag: known } }: { instance: Instance }) {
  const permissions = useQuery(instancePermissionsQuery(id));
  const change = useChangeInstance(id);
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.mayDo}
      </Title>
      <Text mb="sm">
        {texts.mayDoDetail}{" "}
        <Link to="/plugins/$id" params={{ id: pluginId }}>
          {texts.toPluginPermissions}
        </Link>
      </Text>
      <ProblemAlert error={change.error} />
      <QueryView query={permissions}>
        {(list) =>
          list.length === 0 ? (
            <Text c="dimmed">{texts.asksNothing}</Text>
          ) : (
            <PermissionSwitches
              permissions={list}
              isOn={isGiven}
              whyOff={({ granted }) => (granted ? states.withheld : states.notGranted)}
              isFixed={({ granted }) => !granted}
              isBusy={change.isPending}
              onChange={(permission, on) =>
                change.mutate({ withheld: withPart(withheld, permission, !on), known })
              }
            />
          )
        }
      </QueryView>
    </section>
  );
}
