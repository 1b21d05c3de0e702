import type { CommandGroup, CommandInfo } from "@rookery/plugin-sdk/protocol";

/** Puts the commands of instances together by the name of their plugin, in the order of these names. */
export function groupCommands(
  wanted: readonly { instanceId: string; commands: readonly CommandInfo[] }[],
  pluginName: (instanceId: string) => string,
): CommandGroup[] {
  const groups = new Map<string, CommandInfo[]>();
  for (const { instanceId, commands } of wanted) {
    const name = pluginName(instanceId);
    groups.set(name, [...(groups.get(name) ?? []), ...commands]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, commands]) => ({ name, commands }));
}
