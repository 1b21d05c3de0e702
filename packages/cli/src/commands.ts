import type { Command } from "./command.ts";

const HOST: [string, string] = ["--host <address>", "which host; the one last logged in at unless told"];
const JSON_: [string, string] = ["--json", "print the result as JSON"];

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
    name: "init",
    summary: "Make a new plugin, with a test",
    usage: "<folder> [--id <id>] [--name <name>] [--json]",
    options: [
      ["folder", "where to make it; a new or an empty one"],
      ["--id <id>", "its ID, a reverse domain name; org.example.<folder> unless told"],
      ["--name <name>", "what people read; made of the folder's name unless told"],
      ["--json", "ask nothing, and print the result as JSON"],
    ],
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "dev",
    summary: "Run a plugin in a playground, and again with every save",
    usage: "[dir] [--settings <file>] [--data-dir <folder>] [--port <n>]",
    options: [
      ["dir", "the folder with plugin.json; the current one unless told"],
      ["--settings <file>", "JSON with what the bot's config is to be, beside its defaults"],
      ["--data-dir <folder>", "where the bot's data lies; <dir>/.rookery unless told"],
      ["--port <n>", "of the page; any free one unless told"],
    ],
    load: async () => (await import("./commands/dev.ts")).dev,
  },
  {
    name: "test",
    summary: "Check a plugin's types and run its tests",
    usage: "[dir] [--no-types] [options of node --test]",
    options: [
      ["dir", "the folder with plugin.json; the current one unless told"],
      ["--no-types", "run the tests without checking the types first"],
      ["…", "everything else goes to node --test, such as --watch or --test-name-pattern=hello"],
    ],
    load: async () => (await import("./commands/test.ts")).test,
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
  {
    name: "login",
    summary: "Sign in at a host, for the commands below",
    usage: "<address> [--user <name>] [--days <n>] [--json]",
    options: [
      ["address", "such as http://127.0.0.1:29316"],
      ["--user <name>", "who you are there; else you are asked"],
      ["--days <n>", "how long the login holds; 90 unless told"],
      ["", "The password is asked for, or read from the standard input."],
    ],
    load: async () => (await import("./commands/login.ts")).login,
  },
  {
    name: "logout",
    summary: "End a login",
    usage: "[address] [--json]",
    options: [["address", "of the host; the one last logged in at unless told"]],
    load: async () => (await import("./commands/logout.ts")).logout,
  },
  {
    name: "ps",
    summary: "Show what runs, and why something does not",
    usage: "[--host <address>] [--json]",
    options: [HOST, JSON_],
    load: async () => (await import("./commands/ps.ts")).ps,
  },
  {
    name: "logs",
    summary: "Show what an instance logged",
    usage: "<instance> [-f] [--level <level>] [--host <address>] [--json]",
    options: [
      ["-f, --follow", "go on with what comes"],
      ["--level <level>", "debug, info, warn or error, and what is worse"],
      HOST,
      ["--json", "print each line as JSON"],
    ],
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "trace",
    summary: "Show what became of an instance's last events: why did it not answer?",
    usage: "<instance> [delivery] [--state <state>] [-n <count>] [--host <address>] [--json]",
    options: [
      ["delivery", "the ID of one of them, to see all about it"],
      ["--state <state>", "pending, running, done, failed or skipped"],
      ["-n, --limit <count>", "how many, 1 to 500; 20 unless told"],
      HOST,
      JSON_,
    ],
    load: async () => (await import("./commands/trace.ts")).trace,
  },
  {
    name: "sql",
    summary: "Look into an instance's database, or change it",
    usage: "<instance> [statement] [--write] [--csv] [--host <address>] [--json]",
    options: [
      ["statement", "one statement; without it the tables are listed"],
      ["--write", "let it change something; needs the role deployer"],
      ["--csv", "print all of its rows as CSV, with the names of the columns"],
      HOST,
      JSON_,
    ],
    load: async () => (await import("./commands/sql.ts")).sql,
  },
  ...(["start", "stop", "restart"] as const).map(
    (action): Command => ({
      name: action,
      summary: `${action[0]?.toUpperCase()}${action.slice(1)} instances`,
      usage: "<instance>… [--host <address>] [--json]",
      options: [HOST, JSON_],
      load: async () => (await import("./commands/control.ts")).control(action),
    }),
  ),
  {
    name: "upload",
    summary: "Install a bundle at a host, or upgrade to it",
    usage: "<bundle> [--grant] [--host <address>] [--json]",
    options: [["--grant", "grant all that it asks for"], HOST, JSON_],
    load: async () => (await import("./commands/upload.ts")).upload,
  },
  {
    name: "accounts",
    summary: "Show, add and remove the host's Matrix logins",
    usage: "list | add <homeserver> <username> | add --token <homeserver> | remove <id>",
    options: [
      ["--token", "log in with an access token"],
      ["", "The password or the token is asked for, or read from the standard input."],
      HOST,
      JSON_,
    ],
    load: async () => (await import("./commands/accounts.ts")).accounts,
  },
  {
    name: "tokens",
    summary: "Show and revoke your API tokens",
    usage: "list | remove <id>",
    options: [HOST, JSON_],
    load: async () => (await import("./commands/tokens.ts")).tokens,
  },
  {
    name: "doctor",
    summary: "Look whether this machine has what Rookery needs",
    usage: "[--config <file>] [--homeserver <address>]… [--json]",
    options: [
      ["--config <file>", "the configuration of the host"],
      ["--homeserver <address>", "one more to look at, beside those of the accounts where you are logged in"],
      JSON_,
    ],
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "completions",
    summary: "Print what makes a shell complete these commands",
    usage: "bash | zsh | fish",
    options: [["", "For bash: source <(rookery completions bash) in ~/.bashrc."]],
    load: async () => (await import("./commands/completions.ts")).completionsOf(COMMANDS),
  },
];
