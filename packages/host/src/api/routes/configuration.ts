import type { FastifyInstance } from "fastify";
import type { Configuration as ConfigurationView } from "../../services/configuration.ts";
import { Configuration } from "../contract.ts";

export function configurationRoutes(app: FastifyInstance, configuration: ConfigurationView): void {
  app.get("/configuration", { schema: { response: { 200: Configuration } } }, async () => configuration);
}
