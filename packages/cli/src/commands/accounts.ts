import { parseArgs } from "node:util";
import type { Account } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import type { Api } from "../remote/api.ts";
import { askSecret } from "../remote/ask.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";
import { accountEncryption } from "./account-encryption.ts";
import { accountRooms } from "./account-rooms.ts";
import { accountChange } from "./account-settings.ts";

const off = { type: "boolean", default: false } as const;

/** `rookery accounts …`: the Matrix logins of the host. Passwords, tokens and secrets come by the standard input. */
export const accounts: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      ...{ token: off, "registration-token": off, "shared-secret": off, password: off, json: off },
      ...{ autojoin: { type: "string" }, prefix: { type: "string" }, room: { type: "string" } },
    },
  });
  const [command = "", ...names] = positionals;
  if (values.password && command !== "encryption") throw new UsageError("--password belongs to encryption.");
  const wanted = { list: 0, add: values.token ? 1 : 2, accept: 2, reject: 2, leave: 2 }[command];
  const known = ["list", "add", "remove", "rooms", "accept", "reject", "leave", "set", "online", "offline"];
  const isKnown = command === "encryption" || (known.includes(command) && names.length === (wanted ?? 1));
  if (!isKnown) throw new UsageError("Say what to do with the accounts.");
  const change = accountChange(command, values);
  const host = await chosenHost(values.host, process.env);
  const [first = "", second = ""] = names;
  const say = (result: unknown, text: string) =>
    void out.write(values.json ? `${JSON.stringify(result)}\n` : text);

  if (command === "list") {
    const listed = await host.get<Account[]>("/accounts");
    return say(listed, shown(listed));
  }
  if (command === "add") {
    const secret = await secretFor(values, second);
    const added = await host.send<Account>("POST", "/accounts", { homeserverUrl: first, ...secret });
    return say(added, printable(`${added.userId} is account ${added.id}.\n`));
  }
  const id = await idOf(host, first);
  const path = `/accounts/${encodeURIComponent(id)}`;
  if (command === "remove") {
    await host.send("DELETE", path);
    return say({ id }, printable(`The account ${first} is logged out and gone.\n`));
  }
  if (command === "encryption") {
    const { result, text } = await accountEncryption(host, path, first, names.slice(1), values.password);
    return say(result, text);
  }
  if (change !== null) {
    const account = await host.send<Account>("PATCH", path, change(await host.get<Account>(path)));
    return say(account, shown([account]));
  }
  const { result, text } = await accountRooms(host, path, command, second);
  say(result, text);
};

async function secretFor(
  values: { token: boolean; "registration-token": boolean; "shared-secret": boolean },
  username: string,
): Promise<object> {
  if (values.token) return { accessToken: await askSecret("Access token: ") };
  if (values["registration-token"])
    return { username, registrationToken: await askSecret("Registration token: ") };
  if (values["shared-secret"])
    return { username, sharedSecret: await askSecret("The homeserver's registration_shared_secret: ") };
  return { username, password: await askSecret(`Password of ${username}: `) };
}

/** An account is named by its ID, or by its user ID. */
async function idOf(host: Api, named: string): Promise<string> {
  if (!named.startsWith("@")) return named;
  const found = (await host.get<Account[]>("/accounts")).find(({ userId }) => userId === named);
  if (!found)
    throw new Error(`The host has no account ${named}. "rookery accounts list" shows those it has.`);
  return found.id;
}

function shown(listed: Account[]): string {
  if (listed.length === 0) return "There are no accounts yet.\n";
  const rows = listed.map(({ id, userId, status, autojoin, prefix, instances, statusReason }) => [
    ...[id, userId, status, prefix, autojoinIn(autojoin), instances.join(", ") || "no instance"],
    statusReason ?? "",
  ]);
  return textTable(["ID", "USER", "STATUS", "PREFIX", "JOINS", "USED BY", ""], rows);
}

const autojoinIn = ({ policy, allow }: Account["autojoin"]) =>
  policy === "allow-list" ? allow.join(",") || "never" : policy;
