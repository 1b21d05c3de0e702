import { type Command, type RunCommand, UsageError } from "../command.ts";

/** `rookery completions bash|zsh|fish`: a script for the shell, made from the table of commands. */
export const completionsOf =
  (commands: readonly Command[]): RunCommand =>
  async ([shell, ...more], { out }) => {
    const script = more.length > 0 ? undefined : SHELLS[shell as keyof typeof SHELLS];
    if (!script) throw new UsageError("Say for which shell.");
    out.write(script(commands.map(completable)));
  };

interface Completable {
  name: string;
  summary: string;
  /** Its own commands, such as `list`. */
  words: string[];
  options: { long: string; takesValue: boolean; isFile: boolean; description: string }[];
}

const SHELLS = { bash, zsh, fish };

function completable({ name, summary, usage, options }: Command): Completable {
  return {
    name,
    summary,
    words: [...new Set(usage.split("|").map((part) => part.trim().split(" ")[0] ?? ""))].filter((word) =>
      /^[a-z]+$/.test(word),
    ),
    options: options.flatMap(([typed, description]) => {
      const long = /--([a-z-]+)/.exec(typed)?.[1];
      const value = /<([a-z]+)>/.exec(typed)?.[1];
      if (long === undefined) return [];
      return [
        { long, description, takesValue: value !== undefined, isFile: value === "file" || value === "key" },
      ];
    }),
  };
}

function bash(commands: Completable[]): string {
  const cases = commands.map(({ name, words, options }) => {
    const all = [...words, ...options.map(({ long }) => `--${long}`), "--help"];
    return `    ${name}) words="${all.join(" ")}" ;;`;
  });
  return `_rookery() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_CWORD}:\${COMP_WORDS[1]} in
    1:*) words="${commands.map(({ name }) => name).join(" ")} --help --version" ;;
  esac
  [ "$COMP_CWORD" -gt 1 ] && case \${COMP_WORDS[1]} in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _rookery rookery
`;
}

function zsh(commands: Completable[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const named = commands.map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(":", "\\:")}`));
  const cases = commands.map(({ name, words, options }) => {
    const specs = options.map(({ long, takesValue, isFile, description }) => {
      const value = takesValue ? `:${long}:${isFile ? "_files" : " "}` : "";
      return quoted(`--${long}[${description.replaceAll(/[[\]]/g, "\\$&")}]${value}`);
    });
    const first = words.length > 0 ? quoted(`2:command:(${words.join(" ")})`) : quoted("*:file:_files");
    return `    ${name}) _arguments ${[...specs, first].join(" ")} ;;`;
  });
  return `#compdef rookery
_rookery() {
  local -a commands=(${named.join(" ")})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
${cases.join("\n")}
  esac
}
compdef _rookery rookery
`;
}

function fish(commands: Completable[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, words, options }) => {
    const within = `complete -c rookery -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c rookery -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...words.map((word) => `${within} -a ${word}`),
      ...options.map(
        ({ long, takesValue, description }) =>
          `${within} -l ${long}${takesValue ? " -r" : ""} -d ${quoted(description)}`,
      ),
    ];
  });
  return `${lines.join("\n")}\n`;
}
