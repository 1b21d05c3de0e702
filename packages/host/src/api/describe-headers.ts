import { type Access, takesIfMatch } from "./access.ts";

/** The parts of an operation of OpenAPI that headers are in. */
export interface WithHeaders {
  parameters?: { name?: string }[];
  responses?: Record<string, object>;
}

interface Answer {
  headers?: Record<string, object>;
  content?: Record<string, { schema?: { properties?: object } }>;
}

const text = { type: "string" };
const header = (name: string, description: string) => ({
  ...{ in: "header", name, required: false, description },
  schema: { ...text, description },
});

const IF_MATCH = header(
  "If-Match",
  "The ETag of what you read, with its quotes; several with commas, or `*`. Where it is another by now, nothing is done (412, `CHANGED_MEANWHILE`). Without the header it is done anyway.",
);
const IDEMPOTENCY_KEY = header(
  "Idempotency-Key",
  "Such as a UUID, 16 to 128 characters. The same request of the same user under the same key within 24 hours is done once, and answered again as then, with `Idempotency-Replayed: true`. What was refused leaves its key free.",
);
const REPLAYED = {
  description: "`true` where it was created before, under the same `Idempotency-Key`.",
  schema: text,
};
const LINK = {
  description: 'The address of the next page, `<…>; rel="next"`; absent on the last one.',
  schema: text,
};
const ETAG = {
  description: "The same as `etag` in the body: for `If-Match`, not for caches.",
  schema: text,
};

/** Adds the headers that an operation takes and gives, as the table of access has them. */
export function describeHeaders(operation: WithHeaders, url: string, access: Access): void {
  if (takesIfMatch(url, access)) {
    operation.parameters = [...(operation.parameters ?? []), IF_MATCH];
    operation.responses = {
      ...operation.responses,
      "412": { description: "It was changed since you read it (`CHANGED_MEANWHILE`)." },
    };
  }
  if (access.change?.creates) {
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
    for (const answer of Object.values(operation.responses ?? {}) as Answer[]) {
      answer.headers = { ...answer.headers, "Idempotency-Replayed": REPLAYED };
    }
  }
  const isPaged = operation.parameters?.some(({ name }) => name === "cursor");
  for (const answer of Object.values(operation.responses ?? {}) as Answer[]) {
    if (isPaged && answer.content) answer.headers = { ...answer.headers, Link: LINK };
    const { properties = {} } = answer.content?.["application/json"]?.schema ?? {};
    if ("etag" in properties) answer.headers = { ...answer.headers, ETag: ETAG };
  }
}
