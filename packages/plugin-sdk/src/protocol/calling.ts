/** How an account's bots are called: what stands before a command's name. */
export interface Calling {
  prefix: string;
  /** In these rooms another one. */
  roomPrefixes: Record<string, string>;
  /** Names by which they are addressed instead: `Rook: hello`. */
  names: readonly string[];
}

/** Where nobody said otherwise. */
export const DEFAULT_PREFIX = "!";

/** The rest of a text after the prefix or a name, or `null` where it calls nobody here. */
export type Caller = (text: string, roomId: string) => string | null;

const [COLON, COMMA] = [58, 44];

/** The prefix that holds in each room. */
export function prefixesOf({ prefix, roomPrefixes }: Omit<Calling, "names">): (roomId: string) => string {
  const rooms = new Map(Object.entries(roomPrefixes));
  return rooms.size === 0 ? () => prefix : (roomId) => rooms.get(roomId) ?? prefix;
}

/**
 * Makes the question "does this text call the bot?" for many texts: nearly all of them do not, and cost next to nothing.
 * After a name comes a colon or a comma, as clients write it, and then the command, with the prefix or without.
 */
export function createCaller(calling: Calling): Caller {
  const prefixIn = prefixesOf(calling);
  const names = [...new Set(calling.names.map((name) => name.toLowerCase()))].filter((name) => name !== "");
  return (text, roomId) => {
    const prefix = prefixIn(roomId);
    // First, because a prefix may be a letter with which a name begins.
    for (const name of names) {
      const after = text.charCodeAt(name.length);
      if (after !== COLON && after !== COMMA) continue;
      if (text.slice(0, name.length).toLowerCase() !== name) continue;
      const rest = text.slice(name.length + 1).trimStart();
      return rest.startsWith(prefix) ? rest.slice(prefix.length) : rest;
    }
    return text.startsWith(prefix) ? text.slice(prefix.length) : null;
  };
}
