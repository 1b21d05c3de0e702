import { lazyRouteComponent } from "@tanstack/react-router";
import { loaded } from "../api/problem.ts";

/**
 * A route's component in a script of its own. Where that is not there, the page says so: the router would load the page anew
 * by itself, and with it lose what is typed.
 */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  importer: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(() => loaded(importer()), name);
}
