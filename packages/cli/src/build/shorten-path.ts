/** Where packages are installed, above the plugin's folder or in it, is nothing a bundle should tell. */
export function shortenPath(path: string): string {
  return path.replace(/^(?:\.\.\/)+(?:.*\/)?node_modules\//, "node_modules/");
}
