/** The installed package that a file belongs to, or null where it is the author's own. */
export function packageOf(file: string): string | null {
  const [, name] = /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return name ?? null;
}
