import { parseArgs } from "node:util";
import {
  findAssets,
  loadConfig,
  type OfflineUsers,
  type OneTimeLink,
  openUsers,
  ROLES,
  type Role,
  type UserView,
} from "@rookery/host/users";
import { type Output, type RunCommand, UsageError } from "../command.ts";

/** What one of its commands found, for programs and for people. */
interface Result {
  facts: unknown;
  text: string;
}

/** `rookery users …`: who may sign in. It needs the data directory, and no password: it is the way back in. */
export const users: RunCommand = async (args, { out }: Output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, config: { type: "string" } },
  });
  const config = { file: values.config, env: process.env, cwd: process.cwd() };
  const act = understood(positionals);
  const { port, ...loaded } = loadConfig(config);
  const opened = openUsers({ ...loaded, port }, findAssets());
  try {
    const { facts, text } = act(opened, port);
    out.write(values.json ? `${JSON.stringify(facts)}\n` : text);
  } finally {
    opened.close();
  }
};

function understood([command, ...rest]: string[]): (opened: OfflineUsers, port: number) => Result {
  const [name, role] = rest;
  if (command === "list" && rest.length === 0) {
    return (opened) => ({ facts: opened.list().map(factsOf), text: table(opened.list()) });
  }
  if (command === undefined) throw new UsageError("Say what to do with the users.");
  const wanted = { add: 2, role: 2, remove: 1, link: 1 }[command];
  if (wanted === undefined || name === undefined || rest.length !== wanted) {
    throw new UsageError(`"users ${[command, ...rest].join(" ")}" is not understood.`);
  }
  switch (command) {
    case "add": {
      if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
        const rule = "at most 64 letters, digits, dots, dashes and underscores";
        throw new UsageError(`"${name}" cannot be a name: ${rule}.`);
      }
      const given = toRole(role);
      return (opened, port) => linked(name, opened.add(name, given).link, port);
    }
    case "role": {
      const given = toRole(role);
      return (opened) => {
        opened.setRole(name, given);
        return { facts: { name, role: given }, text: `"${name}" is ${given} now.\n` };
      };
    }
    case "remove":
      return (opened) => {
        opened.remove(name);
        return { facts: { name }, text: `"${name}" is gone, with every session and token.\n` };
      };
    default:
      return (opened, port) => linked(name, opened.link(name), port);
  }
}

function toRole(text: string | undefined): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw new UsageError(`"${text}" is no role: it is viewer, deployer or admin.`);
  return role;
}

function linked(name: string, { token, expiresAt }: OneTimeLink, port: number): Result {
  // With port 0 the host says at its start where it is.
  const url = `${port === 0 ? "" : `http://127.0.0.1:${port}`}/welcome#token=${token}`;
  const until = new Date(expiresAt).toISOString();
  return {
    facts: { name, url, expiresAt: until },
    text: `This lets "${name}" in once, until ${until}, when the host runs:\n\n${url}\n`,
  };
}

function factsOf({ name, role, disabledAt, hasPassword }: UserView) {
  return { name, role, disabled: disabledAt !== null, hasPassword };
}

function table(listed: UserView[]): string {
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = listed.map((user) => {
    const { name, role, disabled, hasPassword } = factsOf(user);
    const state = disabled ? "disabled" : hasPassword ? "" : "has no password yet";
    return `${name.padEnd(width)}  ${role.padEnd(8)}  ${state}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}
