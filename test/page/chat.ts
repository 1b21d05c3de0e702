import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The open room of the playground, as a person uses it. */
export interface Chat {
  /** Where all messages are. */
  log: Locator;
  /** Where one writes. */
  field: Locator;
  /** The newest message whose sender and first words contain this. */
  message(words: string | RegExp): Locator;
  /** Writes and sends, and gives the message once the homeserver has it. */
  say(text: string): Promise<Locator>;
  /** Chooses a file to send, and gives its message once the homeserver has it. */
  attach(path: string): Promise<Locator>;
  /** Presses one of a message's own buttons, which appear while one points at it. */
  act(message: Locator, action: string): Promise<void>;
}

export function chatOn(page: Page): Chat {
  const log = page.getByRole("log", { name: "Messages" });
  const message = (words: string | RegExp) => log.getByRole("article", { name: words }).last();
  const field = page.getByRole("textbox", { name: /^Write to/ });
  /** Of one's own, as far as the homeserver has them; what is on its way has no event ID yet. */
  const sent = log.locator('[data-own="true"][data-message^="$"]');
  const newest = async () => ((await sent.count()) > 0 ? sent.last().getAttribute("data-message") : null);
  /** The message that this sends, told by its ID: older ones may be loaded above it at any time. */
  async function sentBy(send: () => Promise<void>): Promise<Locator> {
    const before = await newest();
    await send();
    let id = before;
    const look = async () => {
      id = await newest();
      return id;
    };
    await expect.poll(look).not.toBe(before);
    return log.locator(`[data-message="${id}"]`);
  }
  return {
    log,
    message,
    field,
    attach: (path) =>
      sentBy(async () => {
        const choosing = page.waitForEvent("filechooser");
        await page.getByRole("button", { name: "Attach files" }).click();
        await (await choosing).setFiles(path);
      }),
    async say(text) {
      // It is there when what was said before is.
      await field.fill(text);
      return await sentBy(() => field.press("Enter"));
    },
    async act(of, action) {
      await of.locator("time").hover();
      await of.getByRole("button", { name: action, exact: true }).click();
    },
  };
}

/** As much of the browser's elements as is looked at here. */
interface Picture {
  naturalWidth: number;
  naturalHeight: number;
  decode(): Promise<void>;
}
interface Video {
  videoWidth: number;
  videoHeight: number;
  readyState: number;
  onloadeddata: () => void;
  onerror: () => void;
}

/** The size of a picture as the browser decoded it, in pixels. */
export const pictureSize = (picture: Locator): Promise<[number, number]> =>
  picture.evaluate(async (element: Picture) => {
    await element.decode();
    return [element.naturalWidth, element.naturalHeight];
  });

/** The size of a video once its first picture can be shown. */
export const videoSize = (video: Locator): Promise<[number, number]> =>
  video.evaluate(
    (element: Video) =>
      new Promise((resolve, reject) => {
        const shown = () => resolve([element.videoWidth, element.videoHeight]);
        element.onerror = () => reject(new Error("The video cannot be shown."));
        element.onloadeddata = shown;
        if (element.readyState >= 2) shown();
      }),
  );
