/** As the host takes it: `https://matrix.example.org`, `example.org` or `@bot:example.org`. */
export function isAddress(value: string): boolean {
  return /^(https?:\/\/[^\s/]\S*|(@[^\s:]+:)?[^\s:/@]+(:\d+)?)$/.test(value);
}

/** What of an address names the server: itself, or what is behind the colon of a user ID. */
export const serverIn = (address: string) => address.replace(/^@[^:]*:/, "");

/** The user ID that somebody wrote as the address of their homeserver, for them not to write it again. */
export const userIn = (address: string) => (address.startsWith("@") ? address : "");
