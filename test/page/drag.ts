import type { Page } from "playwright-core";

/**
 * Drags a file over the page and holds it there, as a hand does that waits for the page to say what becomes of it:
 * a browser tells the page again and again that something hovers, also a page that is still on its way.
 *
 * @param says what the page says then
 * @returns lets go of the file there
 */
export async function dragOver(
  page: Page,
  { name, bytes }: { name: string; bytes: Buffer },
  says: string,
): Promise<() => Promise<void>> {
  const held = await page.evaluateHandle<{ letGo(): void }>(`(() => {
    const bytes = Uint8Array.from(atob("${bytes.toString("base64")}"), (char) => char.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "${name}", { type: "${typeOf(name)}" }));
    const tell = (what) =>
      document.body.dispatchEvent(new DragEvent(what, { dataTransfer, bubbles: true, cancelable: true }));
    const hovering = setInterval(tell, 50, "dragover");
    return { letGo: () => void (clearInterval(hovering), tell("drop")) };
  })()`);
  await page.getByText(says).waitFor();
  return () => held.evaluate((held) => held.letGo());
}

/** A browser knows pictures by their name, and no bundle. */
function typeOf(name: string): string {
  if (name.endsWith(".jpg")) return "image/jpeg";
  return name.endsWith(".png") ? "image/png" : "";
}
