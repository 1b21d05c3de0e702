import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Catalogue } from "../../services/catalogue.ts";
import { InstallOffered, OfferedPlugin, Plugin } from "../contract.ts";
import { toPlugin } from "../views.ts";

/** The bundles that come with Rookery. */
export function catalogueRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  app.get("/catalogue", { schema: { response: { 200: Type.Array(OfferedPlugin) } } }, async () =>
    (await catalogue.list()).map(({ manifest, ...offered }) => {
      const { id, name, version, description, license, permissions = {} } = manifest;
      return { ...{ id, name, version, description, license, requested: permissions }, ...offered };
    }),
  );

  app.post<{ Body: InstallOffered }>(
    "/catalogue",
    { schema: { body: InstallOffered, response: { 200: Plugin, 201: Plugin } } },
    async (request, reply) => {
      const { plugin, replaced } = await catalogue.install(request.body.id);
      return reply.code(replaced ? 200 : 201).send(toPlugin(plugin));
    },
  );
}
