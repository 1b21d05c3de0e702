/**
 * Makes text from elsewhere (a bundle, an argument) safe to print: control characters, with which it
 * could rewrite the terminal, become visible. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t"
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
