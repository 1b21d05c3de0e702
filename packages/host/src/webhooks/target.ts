/** Which webhook a request is for. */
export interface Target {
  instanceId: string;
  path: string;
}

const TARGET = /^\/plugins\/([a-z0-9][a-z0-9-]{0,62})(\/[^?#]*)(?:\?.*)?$/;

/**
 * Reads a request's target as it stands: nothing is decoded, and no `..` is resolved, so there is one
 * way to write each webhook's, and no way from one instance to another.
 *
 * @returns `null` where it is no webhook's
 */
export function readTarget(target: string): Target | null {
  const [, instanceId, path] = TARGET.exec(target) ?? [];
  return instanceId === undefined || path === undefined ? null : { instanceId, path };
}
