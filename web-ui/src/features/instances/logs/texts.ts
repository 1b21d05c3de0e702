export const texts = {
  logs: "Logs",
  empty: "Nothing logged yet",
  emptyDetail: "What the plugin writes with bot.log, and what goes wrong in it, appears here.",
  search: "Search the log",
  level: "Level",
  allLevels: "All levels",
  infoUp: "Info and above",
  warnUp: "Warnings and errors",
  errorsOnly: "Errors only",
  noMatch: "No line matches.",
  stack: "Where it happened",
  lines: (shown: number, all: number) =>
    shown === all ? `${count(all)} lines` : `${count(shown)} of ${count(all)} lines`,
  pause: "Pause",
  resume: (waiting: number) => (waiting === 0 ? "Resume" : `Resume (${count(waiting)} new)`),
  download: "Download",
  downloadHelp: "The lines that are shown, as a text file",
  toNewest: "To the newest",
  linkTo: (time: string) => `${time}: link to this line`,
  linkedHidden: "The line that you were sent to is not among these.",
  linkedGone:
    "The line that you were sent to is not kept any more: the host has the newest 500 of each instance.",
  showAll: "Show all lines",
  gap: "Lines are missing here: more came at once than the host keeps.",
} as const;

function count(number: number): string {
  return number.toLocaleString("en");
}
