/** Where the values of a configuration came from. What is named in neither is a default, or was found on the machine. */
export interface ConfigOrigin {
  /** The file that was read; `null` where there was none. */
  file: string | null;
  /** The settings that the file names. */
  inFile: ReadonlySet<string>;
  /** The variable that set a setting, by its name; it wins over the file. */
  variables: ReadonlyMap<string, string>;
}

export const NO_ORIGIN: ConfigOrigin = { file: null, inFile: new Set(), variables: new Map() };

/** A configuration's values by their names, such as `limits.databaseMb`. A list is one value. */
export function settingsOf(config: object): [name: string, value: unknown][] {
  return Object.entries(config).flatMap(([key, value]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, value]];
    return settingsOf(value).map(([name, inner]): [string, unknown] => [`${key}.${name}`, inner]);
  });
}
