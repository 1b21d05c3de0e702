export const texts = {
  files: "Files",
  lead: "Pictures, films and other files that its plugin took in and holds, to send them or to look at them. They have no names. They go when the plugin closes them, and all of them when the instance stops.",
  empty: "It holds no file",
  emptyDetail:
    "A plugin that downloads something to send it on, as Instagram does, holds it here for that long. What it keeps for good is in its database.",
  notRunning: "It does not run, so it holds no files",
  notRunningDetail:
    "Files are there only while an instance runs: each of its starts begins with none. What its plugin keeps for good is in its database.",
  what: "What",
  size: "Size",
  held: "Held since",
  used: (count: number, bytes: string, most: string) =>
    `${count === 1 ? "1 file" : `${count} files`}, ${bytes} of at most ${most}`,
  nearlyFull: "It is nearly full: what would not fit is refused, and the plugin is told so.",
  usedMeter: "Used of what its files may take",
  show: "Show",
  download: "Download",
  remove: "Delete",
  of: (action: string, file: string) => `${action} file ${file}`,
  removeTitle: (file: string) => `Delete file ${file}?`,
  removeDetail: (what: string, size: string) =>
    `${what}, ${size}. It cannot be brought back. Its plugin can send it no longer; what was sent already stays where it is.`,
  removed: (file: string) => `File ${file} is deleted.`,
  pixels: (width: number, height: number) => `${width} × ${height}`,
  kinds: {
    image: "Picture",
    video: "Film",
    audio: "Sound",
    text: "Text",
    other: "File",
  } as Record<string, string>,
  cut: (size: string) => `The first ${size}.`,
  notShown: "This file cannot be shown here. Download it to look at it.",
} as const;
