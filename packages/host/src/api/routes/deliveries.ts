import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { DeliveryService, DeliveryState } from "../../services/deliveries.ts";
import type { Page } from "../../store/page.ts";
import { DeliveriesQuery, Delivery } from "../contract.ts";
import { sendPage } from "../paging.ts";
import { toDelivery } from "../views.ts";

const USUAL = 50;

const One = Type.Object({ id: Type.String(), delivery: Type.String({ pattern: "^[0-9]{1,15}$" }) });

export function deliveryRoutes(app: FastifyInstance, deliveries: DeliveryService): void {
  app.get<{ Params: { id: string }; Querystring: DeliveriesQuery }>(
    "/instances/:id/deliveries",
    { schema: { querystring: DeliveriesQuery, response: { 200: Type.Array(Delivery) } } },
    async (request, reply) => {
      const { id } = request.params;
      const state = request.query.state as DeliveryState | undefined;
      const read = (page: Page) => deliveries.list(id, page, state);
      return sendPage(request, reply, { list: "deliveries", usual: USUAL, read }).map(toDelivery);
    },
  );

  app.get<{ Params: { id: string; delivery: string } }>(
    "/instances/:id/deliveries/:delivery",
    { schema: { params: One, response: { 200: Delivery } } },
    async ({ params }) => toDelivery(deliveries.get(params.id, Number(params.delivery))),
  );
}
