import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { HeldFile } from "../../runtime/files.ts";
import type { InstanceFileService } from "../../services/instance-files.ts";
import { InstanceFiles } from "../contract.ts";

/** Whatever it claims to be: a browser may do nothing with it but save it. */
const SANDBOX = "sandbox; default-src 'none'";

/** The files that an instance's plugin holds: looked at, saved and deleted. */
export function fileRoutes(app: FastifyInstance, files: InstanceFileService): void {
  app.get<{ Params: { id: string } }>(
    "/instances/:id/files",
    { schema: { response: { 200: InstanceFiles } } },
    async ({ params }) => {
      const { files: held, ...limits } = files.list(params.id);
      return { files: held.map(toView), ...limits };
    },
  );

  app.get<{ Params: { id: string; file: string } }>(
    "/instances/:id/files/:file",
    {
      schema: {
        response: {
          200: {
            description: "Its bytes, as an attachment: they came from anywhere.",
            content: { "application/octet-stream": { schema: Type.String() } },
          },
        },
      },
    },
    async ({ params }, reply) => {
      const { held, bytes, size } = await files.read(params.id, params.file);
      const name = `${params.id}-${held.file.slice(0, 8)}.${extensionOf(held.type)}`;
      reply.type("application/octet-stream").header("cache-control", "no-store");
      reply.header("content-disposition", `attachment; filename="${name}"`);
      reply.header("content-security-policy", SANDBOX);
      return reply.header("content-length", size).send(bytes);
    },
  );

  app.delete<{ Params: { id: string; file: string } }>(
    "/instances/:id/files/:file",
    async ({ params }, reply) => {
      await files.remove(params.id, params.file);
      return reply.code(204).send();
    },
  );
}

function toView({ file, type, size, heldSince, width, height, durationMs }: HeldFile) {
  const known = Object.entries({ width, height, durationMs }).filter(([, value]) => value !== undefined);
  return { file, type, size, heldSince: new Date(heldSince).toISOString(), ...Object.fromEntries(known) };
}

/** `image/jpeg` → `jpeg`. A held file has no name of its own. */
function extensionOf(type: string): string {
  if (type === "text/plain") return "txt";
  const subtype = type.split("/")[1] ?? "";
  return /^[a-z0-9]{2,5}$/.test(subtype) ? subtype : "bin";
}
