import { AppError } from "../../errors.ts";
import { isGrantedHost } from "../addresses.ts";
import type { InstanceScope } from "../instance-scope.ts";

/**
 * Does a request to a granted host, and breaks it off where the host that it has come to, be it by a
 * redirect, is granted no more. Counts what was used.
 */
export function whileReachable<T>(
  { grants, signal }: InstanceScope,
  url: string,
  request: (more: { signal: AbortSignal; onTarget: (target: URL) => void }) => Promise<T>,
): Promise<T> {
  let reached: URL | undefined;

  function onTarget(target: URL): void {
    const glob = grants.now.network.find((each) => isGrantedHost(target, [each]));
    if (glob === undefined)
      throw new AppError("PERMISSION_DENIED", `The plugin may no longer reach ${target.host}.`);
    reached = target;
    grants.used("network", glob);
  }

  return grants.whileGranted(
    `The request to ${URL.parse(url)?.host ?? url.slice(0, 100)}`,
    ({ network }) => reached === undefined || isGrantedHost(reached, network),
    (ended) => request({ signal: AbortSignal.any([signal, ended]), onTarget }),
  );
}
