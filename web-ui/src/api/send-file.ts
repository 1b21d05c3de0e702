import { UnreachableError } from "./problem.ts";
import { checked } from "./request.ts";

/**
 * Posts a file to `/api/v1` and says how far it is, which `fetch` does not.
 *
 * @param onSent hears how many bytes of it have left the browser
 * @param signal ends it on the way
 * @throws ProblemError, UnreachableError as `request` does, and the signal's reason
 */
export async function sendFile<Answer>(
  path: string,
  file: Blob,
  headers: Record<string, string>,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await checked(await sent(path, file, headers, onSent, signal));
  return (await answer.json()) as Answer;
}

function sent(
  path: string,
  file: Blob,
  headers: Record<string, string>,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", `/api/v1${path}`);
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.upload.addEventListener("progress", ({ loaded }) => onSent(loaded));
    sending.addEventListener("load", () => {
      const { status, statusText } = sending;
      const type = sending.getResponseHeader("content-type") ?? "text/plain";
      resolve(new Response(sending.responseText, { status, statusText, headers: { "content-type": type } }));
    });
    sending.addEventListener("error", () => reject(new UnreachableError(new Error("It was not sent."))));
    sending.addEventListener("abort", () => reject(signal.reason));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(file);
  });
}
