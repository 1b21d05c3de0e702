import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import type { TSchema } from "typebox";
import { ERRORS } from "../errors.ts";
import { AVATAR_TYPES } from "../matrix/avatar.ts";
import { ACCESS, type Access } from "./access.ts";
import * as contract from "./contract.ts";
import { describeHeaders } from "./describe-headers.ts";
import { OPERATIONS, TAGS } from "./operations.ts";

const PREFIX = "/api/v1";
const METHODS = ["get", "put", "post", "patch", "delete"] as const;

interface Described {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name?: string }[];
  requestBody?: object;
  responses?: Record<string, object>;
}

/** The API's description, as OpenAPI 3.1: from the routes and their schemas, the tables of access and operations. */
export function describeApi(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Rookery",
        version,
        description: [
          "Management of a Rookery host. Programs sign in with an API token: `Authorization: Bearer rookery_…`.",
          "Times are ISO 8601 in UTC, sizes are bytes, durations carry their unit in the name.",
          `\nErrors are problem details (RFC 9457). Their codes:\n${codes()}`,
        ].join(" "),
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "This host." }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "An API token." },
          session: { type: "apiKey", in: "cookie", name: "rookery_session", description: "The page's." },
        },
      },
    },
    transformObject: (found) => {
      if (!("openapiObject" in found)) throw new Error("The API is described as OpenAPI.");
      return describe(found.openapiObject as unknown as Document) as never;
    },
  };
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas?: Record<string, unknown> };
}

function describe(document: Document): Document {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation) complete(operation, method.toUpperCase(), path);
    }
  }
  const names = namedSchemas();
  document.paths = withNames(document.paths, names) as Document["paths"];
  const schemas = Object.entries(contract).map(
    ([name, schema]) => [name, withNames({ ...plain(schema) }, names)] as const,
  );
  const text = JSON.stringify([document.paths, schemas]);
  document.components.schemas = Object.fromEntries(
    schemas.filter(([name]) => text.includes(`"${refTo(name)}"`)),
  );
  return document;
}

function complete(operation: Described, method: string, path: string): void {
  const named = OPERATIONS[`${method} ${path.replace(PREFIX, "")}`];
  const url = path.replaceAll(/\{(\w+)\}/g, ":$1");
  const access = ACCESS[`${method} ${url}`];
  if (named) Object.assign(operation, { operationId: named.id, summary: named.summary, tags: [tagOf(path)] });
  if (access) {
    operation.description = needs(access);
    operation.security = securityOf(access);
  }
  if (method === "POST" && path === `${PREFIX}/plugins`) {
    const bundle = { schema: { type: "string", format: "binary" } };
    operation.requestBody = { required: true, content: { "application/octet-stream": bundle } };
  }
  if (method === "PUT" && path.endsWith("/avatar")) {
    const image = { schema: { type: "string", format: "binary" } };
    operation.requestBody = {
      required: true,
      content: Object.fromEntries(AVATAR_TYPES.map((type) => [type, image])),
    };
  }
  if (method === "POST" && path === `${PREFIX}/instances/import`) {
    const file = { schema: { type: "string", format: "binary" } };
    operation.requestBody = { required: true, content: { "application/gzip": file } };
    const description = "Base64 of the passphrase (UTF-8) that the secrets were sealed with.";
    const header = { in: "header", name: "Rookery-Passphrase", required: false, description };
    operation.parameters = [
      ...(operation.parameters ?? []),
      { ...header, schema: { type: "string" } },
    ] as never;
  }
  if (access) describeHeaders(operation, url, access);
  const problem = { "application/problem+json": { schema: plain(contract.Problem) } };
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    if (status.startsWith("4")) return [status, { ...answer, content: problem }];
    return "content" in answer
      ? [status, { ...answer, description: saidOf(answer as { description?: string }) }]
      : ["204", { description: "It was done; there is nothing to say." }];
  });
  operation.responses = {
    ...Object.fromEntries(answers),
    "4XX": {
      description: "It was refused: `code` and `detail` say why.",
      content: problem,
    },
  };
}

/** What a route says itself of its answer, if it does. */
function saidOf({ description }: { description?: string }): string {
  return description === undefined || description === "Default Response" ? "It was done." : description;
}

function needs({ role, sessionOnly }: Access): string {
  if (role === "anyone") return "Needs no sign-in.";
  return `Needs the role ${role}${sessionOnly ? ", and a session of the page: an API token does not do" : ""}.`;
}

function securityOf({ role, sessionOnly }: Access): object[] {
  if (role === "anyone") return [];
  return sessionOnly ? [{ session: [] }] : [{ token: [] }, { session: [] }];
}

const refTo = (name: string) => `#/components/schemas/${name}`;
const tagOf = (path: string) => (path.startsWith(PREFIX) ? (path.split("/")[3] ?? "") : "health");
const codes = () =>
  Object.entries(ERRORS)
    .map(([code, { status, title }]) => `- \`${code}\` (${status}): ${title}.`)
    .join("\n");

/** A schema in JSON, in the words that the plugin uses for those of the routes. */
function plain(schema: TSchema): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema), (_key, part: Record<string, unknown> | null) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    const { const: only, patternProperties, ...rest } = part;
    if (only !== undefined) return { ...rest, enum: [only] };
    if (patternProperties === undefined) return part;
    return { ...rest, additionalProperties: Object.values(patternProperties as object)[0] };
  });
}

/** The contract's schemas by what they are in JSON, so that they can be told by name wherever they stand. */
function namedSchemas(): Map<string, string> {
  return new Map(Object.entries(contract).map(([name, schema]) => [textOf(plain(schema)), name]));
}

/** The same for what is the same, in whatever order its keys are. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

function withNames(value: unknown, names: Map<string, string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withNames(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const name = names.get(textOf(part));
      return [key, name === undefined ? withNames(part, names) : { $ref: refTo(name) }];
    }),
  );
}
