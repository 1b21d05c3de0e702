import type { Locator, Page } from "playwright-core";

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
  /** Chooses a file to send, and gives its message, which may still be on its way. */
  attach(path: string): Promise<Locator>;
  /** Waits until the homeserver has a message. */
  sent(message: Locator): Promise<void>;
  /** Presses one of a message's own buttons, which appear while one points at it. */
  act(message: Locator, action: string): Promise<void>;
}

export function chatOn(page: Page): Chat {
  const log = page.getByRole("log", { name: "Messages" });
  const own = log.getByRole("article", { name: /^You, / });
  const message = (words: string | RegExp) => log.getByRole("article", { name: words }).last();
  const field = page.getByRole("textbox", { name: /^Write to/ });
  const sent = (of: Locator) =>
    of.filter({ hasNotText: "sending", hasNot: page.getByRole("progressbar") }).waitFor();
  return {
    log,
    message,
    field,
    sent,
    async attach(path) {
      const attached = own.nth(await own.count());
      const choosing = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Attach files" }).click();
      await (await choosing).setFiles(path);
      await attached.waitFor();
      return attached;
    },
    async say(text) {
      await field.fill(text);
      const said = own.nth(await own.count());
      await field.press("Enter");
      await sent(said);
      return said;
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
