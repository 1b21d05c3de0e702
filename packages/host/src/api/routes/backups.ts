import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Backups } from "../../services/backups.ts";
import type { StoredBackup } from "../../store/backup-folder.ts";
import { Backup, NewBackup } from "../contract.ts";

const toBackup = ({ createdAt, ...backup }: StoredBackup): Backup => ({
  ...backup,
  createdAt: new Date(createdAt).toISOString(),
});

/** Backups of the whole host: made, listed, downloaded and deleted. */
export function backupRoutes(app: FastifyInstance, backups: Backups): void {
  app.get("/backups", { schema: { response: { 200: Type.Array(Backup) } } }, async () =>
    backups.list().map(toBackup),
  );

  app.post<{ Body: NewBackup }>(
    "/backups",
    { schema: { body: NewBackup, response: { 201: Backup } } },
    async ({ body: { withKey = false, recipients = [] } }, reply) =>
      reply.code(201).send(toBackup(await backups.make({ withKey, recipients }))),
  );

  app.get<{ Params: { name: string } }>(
    "/backups/:name",
    {
      schema: {
        response: {
          200: {
            description:
              "The file: a tar archive, compressed by Zstandard; encrypted as age has it where its name ends in `.age`.",
            content: {
              "application/zstd": { schema: Type.String() },
              "application/octet-stream": { schema: Type.String() },
            },
          },
        },
      },
    },
    async ({ params }, reply) => {
      const { backup, bytes } = backups.open(params.name);
      reply
        .type(backup.encrypted ? "application/octet-stream" : "application/zstd")
        .header("cache-control", "no-store");
      reply.header("content-disposition", `attachment; filename="${backup.name}"`);
      return reply.header("content-length", backup.size).send(bytes);
    },
  );

  app.delete<{ Params: { name: string } }>("/backups/:name", async ({ params }, reply) => {
    backups.remove(params.name);
    return reply.code(204).send();
  });
}
