/** What the DOM calls a DOMStringList. */
export class Names extends Array<string> {
  contains(name: string): boolean {
    return this.includes(name);
  }

  item(at: number): string | null {
    return this[at] ?? null;
  }
}

/** In the order of their UTF-16 units, as IndexedDB has it. */
export const sortedNames = (names: Iterable<string>): Names => Names.from([...names].sort()) as Names;
