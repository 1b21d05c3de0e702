import type { Method, Route } from "./route.ts";

/** A route that a request's path has led to. */
export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

export type Router = (method: string, path: string) => Match | "no such path" | "no such method";

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  readonly routes: Map<string, { route: Route; names: string[] }>;
}

const newNode = (): Node => ({ literals: new Map(), parameter: undefined, routes: new Map() });

/** Finds routes by a tree of path segments; a literal segment wins over a parameter. */
export function createRouter(routes: readonly Route[]): Router {
  const root = newNode();
  for (const route of routes) {
    add(root, route, route.path);
    if (route.path.includes("/v3/")) add(root, route, route.path.replace("/v3/", "/r0/"));
  }

  return (method, path) => {
    let node = root;
    const values: string[] = [];
    for (const segment of path.split("/")) {
      const literal = node.literals.get(segment);
      if (literal) {
        node = literal;
      } else if (node.parameter) {
        values.push(segment);
        node = node.parameter;
      } else {
        return "no such path";
      }
    }
    const found = node.routes.get(method);
    if (!found) return node.routes.size > 0 ? "no such method" : "no such path";
    const params: Record<string, string> = {};
    for (const [index, name] of found.names.entries()) params[name] = decode(values[index] ?? "");
    return { route: found.route, params };
  };
}

function add(root: Node, route: Route, path: string): void {
  const names: string[] = [];
  let node = root;
  for (const segment of path.split("/")) {
    if (segment.startsWith(":")) {
      names.push(segment.slice(1));
      node.parameter ??= newNode();
      node = node.parameter;
    } else {
      const next = node.literals.get(segment) ?? newNode();
      node.literals.set(segment, next);
      node = next;
    }
  }
  const method: Method = route.method;
  if (node.routes.has(method)) throw new Error(`two routes for ${method} ${path}`);
  node.routes.set(method, { route, names });
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoding: taken as it is, it names nothing that exists.
    return segment;
  }
}
