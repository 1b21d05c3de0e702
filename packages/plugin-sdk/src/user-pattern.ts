import { Type } from "typebox";

/**
 * The first part of a user ID, `slack_ada` of `@slack_ada:example.org`: what the specification allows
 * but for `/`, so that none looks like a path. https://spec.matrix.org/latest/appendices/#user-identifiers
 */
export const Localpart = Type.String({ pattern: "^[a-z0-9._=+-]+$", maxLength: 255 });

/**
 * Users of the account's own homeserver: one by the first part of their ID, or, with a `*` at its end,
 * all whose IDs begin so. No `*` elsewhere, and never fewer than three characters before it: nobody
 * grants everybody by mistake, and there is nothing in it that could take long to match.
 */
export const UserPattern = Type.String({
  pattern: "^([a-z0-9._=+-]+|[a-z0-9._=+-]{3,}\\*)$",
  maxLength: 100,
  description:
    "The first part of a user ID (`slack_ada`), or, with a `*` at its end, of all user IDs that begin so (`slack_*`).",
});

/** Whether a user is one of those that a pattern means; both without their server. */
export function isUserOf(localpart: string, pattern: string): boolean {
  if (!pattern.endsWith("*")) return localpart === pattern;
  return localpart.startsWith(pattern.slice(0, -1));
}
