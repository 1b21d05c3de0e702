export const texts = {
  title: "Overview",
  allWell: (count: number) =>
    count === 1 ? "Your bot is well." : count === 2 ? "Both bots are well." : `All ${count} bots are well.`,
  someWell: (well: number, count: number) => `${well} of ${count} bots ${well === 1 ? "is" : "are"} well.`,
  allStopped: (count: number) =>
    count === 1
      ? "Your bot is stopped."
      : count === 2
        ? "Both bots are stopped."
        : `All ${count} bots are stopped.`,
  stoppedToo: (count: number) => `${count} ${count === 1 ? "is" : "are"} stopped, as you asked.`,
  attention: "Needs attention",
  crashed: (id: string) => `${id} crashed`,
  blocked: (id: string) => `${id} is blocked`,
  accountUnreachable: (userId: string) => `${userId} cannot reach its homeserver`,
  accountBlocked: (userId: string) => `${userId} is blocked`,
  pluginWaits: (name: string, count: number) =>
    count === 1 ? `${name} asks for a permission` : `${name} asks for ${count} permissions`,
  pluginWaitsDetail: "Its instances stay blocked until you decide.",
  noReason: "No reason was given.",
  restart: (id: string) => `Restart ${id}`,
  why: "Show the log",
  toAccounts: "Show the account",
  review: (name: string) => `Review ${name}`,
  counts: "Since Rookery started",
  received: "Events received",
  sent: "Events sent",
  failed: "Failed",
  waiting: "Waiting",
  instances: "Instances",
  tryTitle: "Your bots wait for a first word",
  tryDetail: "Write !help in the playground to see what they can do.",
  tryAction: "Open the playground",
  // first run
  firstTitle: "Three steps to a running bot",
  firstLead: "Nothing runs here yet.",
  step: (number: number) => `Step ${number}`,
  done: "Done",
  stepPlugin: "Install a plugin",
  stepPluginDetail: "The code of a bot, as one .mbp file.",
  stepAccount: "Add an account",
  stepAccountDetail: "The Matrix login it writes with.",
  stepInstance: "Create an instance",
  stepInstanceDetail: "Both together, with a config: a running bot.",
} as const;
