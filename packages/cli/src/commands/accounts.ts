import { parseArgs } from "node:util";
import type { Account } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { askSecret } from "../remote/ask.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";

/** `rookery accounts …`: the Matrix logins of the host. Passwords and tokens come by the standard input. */
export const accounts: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      token: { type: "boolean", default: false },
      "registration-token": { type: "boolean", default: false },
      "shared-secret": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [command, ...names] = positionals;
  const wanted = { list: 0, add: values.token ? 1 : 2, remove: 1 }[command ?? ""];
  if (wanted === undefined || names.length !== wanted)
    throw new UsageError("Say what to do with the accounts.");
  const host = await chosenHost(values.host, process.env);
  const [first = "", username = ""] = names;
  switch (command) {
    case "list": {
      const listed = await host.get<Account[]>("/accounts");
      out.write(values.json ? `${JSON.stringify(listed)}\n` : shown(listed));
      return;
    }
    case "add": {
      const secret = values.token
        ? { accessToken: await askSecret("Access token: ") }
        : values["registration-token"]
          ? { username, registrationToken: await askSecret("Registration token: ") }
          : values["shared-secret"]
            ? { username, sharedSecret: await askSecret("The homeserver's registration_shared_secret: ") }
            : { username, password: await askSecret(`Password of ${username}: `) };
      const added = await host.send<Account>("POST", "/accounts", { homeserverUrl: first, ...secret });
      out.write(
        values.json ? `${JSON.stringify(added)}\n` : printable(`${added.userId} is account ${added.id}.\n`),
      );
      return;
    }
    default:
      await host.send("DELETE", `/accounts/${encodeURIComponent(first)}`);
      out.write(
        values.json ? `${JSON.stringify({ id: first })}\n` : `The account ${first} is logged out and gone.\n`,
      );
  }
};

function shown(listed: Account[]): string {
  if (listed.length === 0) return "There are no accounts yet.\n";
  const rows = listed.map(({ id, userId, status, instances, statusReason }) => [
    ...[id, userId, status, instances.join(", ") || "no instance", statusReason ?? ""],
  ]);
  return textTable(["ID", "USER", "STATUS", "USED BY", ""], rows);
}
