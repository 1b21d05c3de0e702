import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { InstanceCopies } from "../../services/instance-copies.ts";
import { DuplicateInstance, ExportInstance, ImportQuery, Instance } from "../contract.ts";
import { askerOf } from "../gate.ts";
import { ReceivedFile, receiveFile, type UploadStaging } from "../received-file.ts";
import { toInstance } from "../views.ts";

const IMPORT = "/instances/import";
const made = { response: { 201: Instance } };

/** Copies of instances: beside them, into a file, out of a file. @param prefix of the API's routes */
export function copyRoutes(
  app: FastifyInstance,
  prefix: string,
  copies: InstanceCopies,
  staging: UploadStaging,
): void {
  app.addContentTypeParser("application/gzip", async (request: FastifyRequest, body: Readable) => {
    if (request.routeOptions.url === prefix + IMPORT) return await receiveFile(body, staging);
    throw new AppError("CONTENT_TYPE", "Here no file is taken.");
  });
  app.addHook("onResponse", async ({ body }) => {
    if (body instanceof ReceivedFile) await body.remove();
  });

  app.post<{ Body: DuplicateInstance }>(
    "/instances/duplicate",
    { schema: { body: DuplicateInstance, ...made } },
    async ({ body }, reply) => reply.code(201).send(toInstance(await copies.duplicate(body))),
  );

  app.post<{ Params: { id: string }; Body: ExportInstance }>(
    "/instances/:id/export",
    {
      schema: {
        body: ExportInstance,
        response: {
          200: {
            description: "The file: a gzipped tar archive.",
            content: { "application/gzip": { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { passphrase } = request.body;
      if (passphrase !== undefined) checkAdmin(request);
      const file = await copies.export(id, passphrase);
      const day = new Date().toISOString().slice(0, 10);
      reply.type("application/gzip").header("cache-control", "no-store");
      reply.header("content-disposition", `attachment; filename="${id}-${day}.rookery.tar.gz"`);
      return reply.send(file);
    },
  );

  app.post<{ Querystring: ImportQuery }>(
    IMPORT,
    { schema: { querystring: ImportQuery, ...made } },
    async (request, reply) => {
      const { body, query } = request;
      if (!(body instanceof ReceivedFile)) {
        const text = "An exported file is sent as it is, with the content type application/gzip.";
        throw new AppError("CONTENT_TYPE", text);
      }
      const { accountId, id } = query;
      const passphrase = passphraseIn(request);
      const withoutSecrets = query.withoutSecrets === "true";
      if (passphrase !== undefined && !withoutSecrets) checkAdmin(request);
      const what = { accountId, enabled: query.enabled === "true", withoutSecrets };
      const named = {
        ...(id === undefined ? {} : { id }),
        ...(passphrase === undefined ? {} : { passphrase }),
      };
      return reply.code(201).send(toInstance(await copies.import(body.path, { ...what, ...named })));
    },
  );
}

/** Secrets are an admin's to set, and to take along. */
function checkAdmin(request: FastifyRequest): void {
  const { role } = askerOf(request);
  if (role === "admin") return;
  throw new AppError("FORBIDDEN", `Secrets go with the role admin; you may act as ${role} only.`);
}

/** Base64, since headers have no letters beyond ASCII. An address would be written into logs. */
function passphraseIn({ headers }: FastifyRequest): string | undefined {
  const given = headers["rookery-passphrase"];
  return typeof given === "string" ? Buffer.from(given, "base64").toString() : undefined;
}
