import { ERRORS } from "../errors.ts";

/** What of an OpenAPI document the page shows. */
export interface ApiDescription {
  info: { title: string; version: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses?: Record<
    string,
    { description: string; headers?: object; content?: Record<string, { schema: Schema }> }
  >;
}

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  pattern?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
}

/** The API's description for people: one page without scripts, made of the OpenAPI document. */
export function docsPage({ info, tags = [], paths, components }: ApiDescription): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const parts = tags.map(
    ({ name, description = "" }) =>
      `<section><h2 id="${text(name)}">${text(name)}</h2><p>${text(description)}</p>${operations
        .filter(({ operation }) => operation.tags?.includes(name))
        .map(operationText)
        .join("")}</section>`,
  );
  const schemas = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) => `<h3 id="schema-${text(name)}">${text(name)}</h3>${schemaTable(schema)}`,
  );
  const codes = Object.entries(ERRORS).map(
    ([code, { status, title }]) =>
      `<tr><td><code>${code}</code></td><td>${status}</td><td>${text(title)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)} API</title><link rel="stylesheet" href="docs.css"></head><body>
<header><h1>${text(info.title)} API</h1>
<p>Version ${text(info.version)}, below <code>/api/v1</code>. The same for programs: <a href="v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>Programs sign in with an API token: <code>Authorization: Bearer rookery_…</code>. Times are ISO 8601 in UTC, sizes are bytes, durations carry their unit in the name.</p>
<nav aria-label="Contents"><ul>${[...tags.map(({ name }) => name), "schemas", "errors"].map((name) => `<li><a href="#${text(name)}">${text(name)}</a></li>`).join("")}</ul></nav></header>
<main>${parts.join("")}
<section><h2 id="schemas">schemas</h2>${schemas.join("")}</section>
<section><h2 id="errors">errors</h2><p>A refusal is a problem of RFC 9457, with one of these codes.</p>
<table><thead><tr><th>code</th><th>status</th><th>what it means</th></tr></thead><tbody>${codes.join("")}</tbody></table></section>
</main></body></html>
`;
}

function operationText({
  method,
  path,
  operation,
}: {
  method: string;
  path: string;
  operation: Operation;
}): string {
  const { summary = "", description = "", parameters = [], requestBody, responses = {} } = operation;
  const given = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<li><code>${text(name)}</code> in the ${text(place)}${required ? "" : ", optional"}${schema?.description ? `: ${text(schema.description)}` : ""}</li>`,
  );
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<li>body, <code>${text(type)}</code>: ${kind(schema)}</li>`,
  );
  const answers = Object.entries(responses).map(([status, answer]) => {
    const [content] = Object.values(answer.content ?? {});
    const headers = Object.keys(answer.headers ?? {}).map((name) => `, <code>${text(name)}</code>`);
    return `<li><code>${text(status)}</code> ${content ? kind(content.schema) : text(answer.description)}${headers.join("")}</li>`;
  });
  return `<details><summary><code><b>${method.toUpperCase()}</b> ${text(path)}</code> <span>${text(summary)}</span></summary>
<p>${text(description)}</p>${list("Takes", [...given, ...bodies])}${list("Answers", answers)}</details>`;
}

const list = (title: string, items: string[]) =>
  items.length === 0 ? "" : `<p>${title}</p><ul>${items.join("")}</ul>`;

function schemaTable(schema: Schema): string {
  if (!schema.properties) return `<p>${kind(schema)}</p>`;
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const optional = schema.required?.includes(name) ? "" : ", optional";
    return `<tr><td><code>${text(name)}</code></td><td>${kind(property)}${optional}</td><td>${text(property.description ?? "")}</td></tr>`;
  });
  return `<table><thead><tr><th>name</th><th>type</th><th>meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** A type in a few words, linked where it has a name. */
function kind(schema: Schema): string {
  const { $ref, anyOf, enum: values, items, properties, additionalProperties, type, format } = schema;
  if ($ref !== undefined) {
    const name = text($ref.split("/").at(-1) ?? "");
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (anyOf) return anyOf.map(kind).join(" or ");
  if (values) return values.map((value) => `<code>${text(JSON.stringify(value))}</code>`).join(" or ");
  if (items) return `list of ${kind(items)}`;
  if (properties) {
    const inner = Object.entries(properties).map(
      ([name, property]) => `<code>${text(name)}</code>: ${kind(property)}`,
    );
    return `{ ${inner.join(", ")} }`;
  }
  if (typeof additionalProperties === "object") return `map to ${kind(additionalProperties)}`;
  return text([type ?? "anything", format].filter(Boolean).join(", "));
}

const text = (raw: string) =>
  raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
