import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Configuration as ConfigurationView } from "../../services/configuration.ts";
import type { Declarations } from "../../services/declared/declarations.ts";
import { Configuration, Difference } from "../contract.ts";

export function configurationRoutes(
  app: FastifyInstance,
  configuration: ConfigurationView,
  declarations: Pick<Declarations, "differences">,
): void {
  app.get("/configuration", { schema: { response: { 200: Configuration } } }, async () => configuration);

  app.get("/configuration/differences", { schema: { response: { 200: Type.Array(Difference) } } }, async () =>
    declarations.differences(),
  );
}
