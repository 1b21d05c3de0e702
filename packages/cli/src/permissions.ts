import type { Permissions } from "@rookery/plugin-sdk/manifest";

/** What a plugin asks for beyond the rooms of its account, a sentence each. */
export function permissionsInWords(permissions: Permissions = {}): string[] {
  const { network = [], programs = [], webhooks } = permissions;
  return [
    ...network.map((host) => `connect to ${hostInWords(host)}`),
    ...programs.map((name) => `run the program "${name}", where the operator allows it`),
    ...(webhooks ? ["be called from outside by webhooks"] : []),
  ];
}

/** `*.example.org:8080` → `every host below example.org, on port 8080` */
function hostInWords(glob: string): string {
  const [host = "", port] = glob.split(":");
  const name = host.startsWith("*.") ? `every host below ${host.slice(2)}` : host;
  return port === undefined ? name : `${name}, on port ${port}`;
}
