// Runs before the first paint, so that a chosen dark page never flashes white.
// A file of its own, since the content security policy allows no inline script.
try {
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
} catch {
  // Storage may be switched off; the page then follows the system once it runs.
}
