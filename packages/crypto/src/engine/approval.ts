import { Value } from "typebox/value";
import { AuthNeeded } from "./parse.ts";

/** What a homeserver wants to see before it takes a cross-signing identity. */
export type Wanted =
  | { kind: "password"; session: string | undefined }
  /** Somebody approves it in a browser. `url` is whole, or a path at the homeserver. */
  | { kind: "approval"; session: string | undefined; url: string }
  | { kind: "unknown"; stages: string[] };

/** The stages by which account managements approve it, the newer name first, each with the `url` to open. */
const APPROVALS = ["m.oauth", "org.matrix.cross_signing_reset"];
const SSO = "m.login.sso";

/** @param body of a 401: https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api */
export function wantedBy(body: unknown): Wanted {
  const { session, flows = [], params = {} } = Value.Check(AuthNeeded, body) ? body : {};
  // More than one stage is for registrations.
  const stages = flows.flatMap(({ stages: [stage, ...more] }) =>
    stage === undefined || more.length > 0 ? [] : [stage],
  );
  if (flows.length === 0 || stages.includes("m.login.password")) return { kind: "password", session };
  for (const stage of APPROVALS) {
    const url = stages.includes(stage) ? webAddress(params[stage]) : undefined;
    if (url !== undefined) return { kind: "approval", session, url };
  }
  if (stages.includes(SSO) && session !== undefined) {
    const url = `/_matrix/client/v3/auth/${SSO}/fallback/web?session=${encodeURIComponent(session)}`;
    return { kind: "approval", session, url };
  }
  return { kind: "unknown", stages: flows.flatMap((flow) => flow.stages) };
}

/** What a homeserver gives is shown to people: only what opens a website. */
function webAddress(params: unknown): string | undefined {
  const { url } = (params ?? {}) as { url?: unknown };
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}
