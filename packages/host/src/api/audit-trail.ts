import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../services/audit.ts";
import type { Picture, Pictures } from "./audit-pictures.ts";
import { visitorOf } from "./gate.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** How what it may change looked before. */
    pictures: Map<string, Picture> | null;
  }
}

const MAX_PART = 16 * 1024;

/**
 * Writes down every change that came through the API, before its answer goes out: who did it, and what
 * differs after it. A request that was refused changed nothing, and is left out; one that failed half-way
 * is not.
 */
export function keepAuditTrail(app: FastifyInstance, audit: Audit, pictures: Pictures): void {
  app.decorateRequest("pictures", null);

  const ownerOf = ({ params, asker }: FastifyRequest) =>
    (params as { name?: string }).name ?? asker?.userName ?? "";

  app.addHook("preHandler", async (request) => {
    const of = request.routeOptions.config?.access?.change?.of;
    if (!of) return;
    const id = targetIn(request.params);
    if (id === undefined) {
      request.pictures = pictures.all(of);
      return;
    }
    const picture = pictures.of(of, id, ownerOf(request));
    request.pictures = new Map(picture ? [[id, picture]] : []);
  });

  function deedOf(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
    const change = request.routeOptions.config?.access?.change;
    // What is only answered again was written down when it was done.
    if (!change || !request.asker || request.isReplay) return null;
    const failed = reply.statusCode >= 400;
    const target = targetIn(request.params) ?? (failed ? undefined : targetIn(answerIn(payload)));
    if (change.of === null || target === undefined) {
      if (failed) return null;
      return { action: change.action, target: target ?? request.asker.userName, after: detailsIn(request) };
    }
    const before = request.pictures?.get(target) ?? null;
    const after = pictures.of(change.of, target, ownerOf(request));
    const differing = differences(before, after);
    if (failed && !differing) return null;
    const error = failed ? String(answerIn(payload).code ?? reply.statusCode) : null;
    return { action: change.action, target, ...differing, error };
  }

  app.addHook("onSend", async (request, reply, payload) => {
    try {
      const deed = deedOf(request, reply, payload);
      if (deed) audit.record(deed, request.asker, visitorOf(request));
    } catch (error) {
      // It was done, and the answer says so; the log of the host is what is left to tell it to.
      const { method, url, asker } = request;
      request.log.error(
        { err: error, method, url, asker },
        "A change could not be written to the audit log.",
      );
    }
    return payload;
  });
}

/** Whom or what a path or an answer names. */
function targetIn(named: unknown): string | undefined {
  const { id, name } = (named ?? {}) as { id?: string; name?: string };
  return id ?? name;
}

/** What a path names beside its target. */
function detailsIn({ params }: FastifyRequest): Picture | null {
  const details = Object.entries(params as Record<string, string>).filter(
    ([key, value]) => key !== "*" && value !== targetIn(params),
  );
  return details.length > 0 ? Object.fromEntries(details) : null;
}

function answerIn(payload: unknown): Picture {
  return typeof payload === "string" && payload.startsWith("{") ? JSON.parse(payload) : {};
}

/** The properties that differ; `undefined` where none does. */
function differences(before: Picture | null, after: Picture | null) {
  const keys = Object.keys({ ...before, ...after }).filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
  if (keys.length === 0) return undefined;
  const only = (picture: Picture | null) =>
    picture && Object.fromEntries(keys.map((key) => [key, bounded(picture[key])]));
  return { before: only(before), after: only(after) };
}

function bounded(part: unknown): unknown {
  const { length } = JSON.stringify(part ?? null);
  return length <= MAX_PART ? part : `(${length} characters, left out)`;
}
