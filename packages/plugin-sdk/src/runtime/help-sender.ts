import type { Context } from "../context.ts";
import type { Delivery } from "../protocol/delivery.ts";
import type { SendHelp } from "./commands.ts";
import { answerTo } from "./content.ts";
import { SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";

/** Asks the host, which knows the other instances, for the answer to `!help`. */
export function helpSender({ id }: Delivery, { event }: Context, host: HostLink): SendHelp {
  return (about) => {
    const params = { delivery: id, related: answerTo(event), ...(about === undefined ? {} : { about }) };
    return host.call("help.send", params, SEND_DEADLINE_MS);
  };
}
