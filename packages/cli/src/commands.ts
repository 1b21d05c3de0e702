import type { Command } from "./command.ts";

/** All commands of `rookery`, in the order in which the help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "serve",
    summary: "Run the host and its management page",
    usage: "[--config <file>] [--playground]",
    options: [
      ["--config <file>", "the configuration; see docs/operating.md"],
      ["--playground", "with the development homeserver and its chat page"],
    ],
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "build",
    summary: "Build a plugin into one .mbp bundle",
    usage: "[dir] [--out <file>] [--sign <key>] [--json]",
    options: [
      ["dir", "the folder with plugin.json; the current one unless told"],
      ["--out <file>", "where to write; <dir>/dist/<id>-<version>.mbp unless told"],
      ["--sign <key>", "sign the bundle with the key in this file"],
      ["--json", "print the result as JSON"],
    ],
    load: async () => (await import("./commands/build.ts")).build,
  },
  {
    name: "keygen",
    summary: "Make a key that signs bundles",
    usage: "<file> [--json]",
    options: [
      ["file", "where to put the private key"],
      ["--json", "print the public key as JSON"],
    ],
    load: async () => (await import("./commands/keygen.ts")).keygen,
  },
  {
    name: "inspect",
    summary: "Show what is in a bundle and what it asks for",
    usage: "<bundle> [--json]",
    options: [["--json", "print it as JSON"]],
    load: async () => (await import("./commands/inspect.ts")).inspect,
  },
  {
    name: "users",
    summary: "Show and change who may sign in, while the host does not run",
    usage: "list | add <name> <role> | role <name> <role> | remove <name> | link <name>",
    options: [
      ["role", "viewer, deployer or admin; see docs/operating.md"],
      ["link", "prints a link that lets the user in once, to set a new password"],
      ["--config <file>", "the configuration of the host"],
      ["--json", "print the result as JSON"],
    ],
    load: async () => (await import("./commands/users.ts")).users,
  },
];
