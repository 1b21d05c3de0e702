import { createHash } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { ROLES, type Role } from "../store/roles.ts";
import { startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import type { DeclaredRoute } from "./access.ts";

const DAY = 24 * 60 * 60_000;
const hashOf = (token: string) => createHash("sha256").update(token).digest();

/** A host with a user of each role, and a way to make any session or token of theirs. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const { host, dataDir, send } = await startTestHost({ playground: { homeserver, bundles: [] } });
  const db = new Database(join(dataDir, "rookery.db"));
  onTestFinished(() => void db.close());
  for (const role of ROLES)
    db.prepare("INSERT OR IGNORE INTO user VALUES (?, NULL, 1, ?, NULL)").run(role, role);
  let count = 0;

  /** A new one each time, since some routes end the one that asks. */
  function session(role: Role, usedAt = Date.now()): Record<string, string> {
    const token = `session-${count++}`;
    const row = [hashOf(token), role, usedAt, usedAt, String(count)];
    db.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?, NULL)").run(row);
    return { cookie: `rookery_session=${token}` };
  }

  function token(role: Role, expiresAt = Date.now() + DAY): Record<string, string> {
    const text = `rookery_${count++}`;
    const row = [String(count), hashOf(text), role, text, role, 1, expiresAt];
    db.prepare("INSERT INTO api_token VALUES (?, ?, ?, ?, ?, ?, ?, NULL)").run(row);
    return { authorization: `Bearer ${text}` };
  }

  const foreign = { origin: "https://evil.example" };
  const rebound = { host: "evil.example" };
  const callers: Record<string, () => Record<string, string>> = {
    nobody: () => ({}),
    viewer: () => session("viewer"),
    deployer: () => session("deployer"),
    admin: () => session("admin"),
    "viewer's token": () => token("viewer"),
    "deployer's token": () => token("deployer"),
    "admin's token": () => token("admin"),
    "expired session": () => session("admin", Date.now() - 8 * DAY),
    "expired token": () => token("admin", Date.now() - 1),
    "foreign origin": () => ({ ...session("admin"), ...foreign }),
    "foreign origin, token": () => ({ ...token("admin"), ...foreign }),
    "rebound host": () => ({ ...session("admin"), ...rebound }),
    "rebound host, token": () => ({ ...token("admin"), ...rebound }),
  };
  return { host, send, callers };
}

/** What a caller is told, by what the route says it needs: a code that refuses, or "in". */
function expected({ access }: DeclaredRoute, caller: string): string {
  if (caller.startsWith("rebound host")) return "ORIGIN_REFUSED";
  const byToken = caller.includes("token");
  const tokenCounts = access.role !== "anyone" && !access.sessionOnly;
  if (caller.startsWith("foreign origin") && !(byToken && tokenCounts)) return "ORIGIN_REFUSED";
  if (access.role === "anyone") return "in";
  if (caller === "nobody" || caller.startsWith("expired")) return "NOT_SIGNED_IN";
  if (byToken && access.sessionOnly) return "FORBIDDEN";
  const role = ROLES.find((one) => caller.startsWith(one)) ?? "admin";
  return ROLES.indexOf(role) >= ROLES.indexOf(access.role) ? "in" : "FORBIDDEN";
}

const CODES: Record<string, string> = { "401": "NOT_SIGNED_IN", "403": "FORBIDDEN" };

test("every route lets in whom it says, and nobody else", async () => {
  const { host, send, callers } = await setUp();
  const rows = host.routes.filter(({ method }) => method !== "HEAD");
  expect(rows.length).toBeGreaterThan(60);
  const wrong: string[] = [];
  const matrix = new Map<string, string>();
  for (const route of host.routes) {
    const path = route.url.replaceAll(/:\w+/g, "absent").replace("*", "absent");
    const cells: string[] = [];
    for (const [caller, headers] of Object.entries(callers)) {
      const { status, body } = await send(route.method, path, { headers: headers() });
      // A HEAD has no body that would name the code; signing in with nothing is a 400.
      const refusal = body?.code ?? (route.method === "HEAD" ? CODES[String(status)] : undefined);
      const got = [401, 403].includes(status) ? String(refusal) : "in";
      const should = expected(route, caller);
      const isRefusal = ["FORBIDDEN", "ORIGIN_REFUSED"].includes(should);
      const same = route.method === "HEAD" && status === 403 ? isRefusal : got === should;
      if (!same) wrong.push(`${route.method} ${route.url} for ${caller}: ${got} (${status}), not ${should}`);
      cells.push(got === "in" ? "in" : String(status));
    }
    matrix.set(`${route.method} ${route.url}`, cells.join(" "));
  }
  expect(wrong).toEqual([]);

  const table = [...matrix]
    .map(([route, cells]) => ({ route, url: route.split(" ").reverse().join(" "), cells: cells.split(" ") }))
    .filter(({ route }) => /^(GET|POST|PUT|PATCH|DELETE) /.test(route))
    .sort((one, other) => (one.url < other.url ? -1 : 1))
    .map(({ route, cells }) => `| \`${route}\` | ${cells.join(" | ")} |`);
  const names = Object.keys(callers);
  const head = [`| route | ${names.join(" | ")} |`, `| --- |${" --- |".repeat(names.length)}`];
  const text = [
    "# Who is let in where",
    "",
    "What each route of the page and the API answers to whom: a refusal's status, or `in`. The tests ask a host and write",
    "it down (`npx vitest run packages/host/src/api/access-matrix.test.ts -u`); what is meant is in",
    "`packages/host/src/api/access.ts`.",
    "",
    ...head,
    ...table,
    "",
  ].join("\n");
  await expect(text).toMatchFileSnapshot("../../../../docs/access.md");
});
