/**
 * Whether a text is of a form where `*` stands for any characters and `?` for one. It takes time in proportion to both
 * lengths at most, whatever the glob is, which no regular expression made of it would promise.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let [at, inGlob] = [0, 0];
  /** Where the last star was, and up to where of the text it stands. */
  let [star, upTo] = [-1, 0];
  while (at < text.length) {
    if (glob[inGlob] === "*") {
      star = inGlob++;
      upTo = at;
    } else if (glob[inGlob] === "?" || glob[inGlob] === text[at]) {
      at++;
      inGlob++;
    } else if (star !== -1) {
      at = ++upTo;
      inGlob = star + 1;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === "*") inGlob++;
  return inGlob === glob.length;
}
