/** A moment until which all of a job has to be done, however many steps it has. */
export interface Deadline {
  /** Milliseconds until then; 0 from then on. */
  left(): number;
}

export function deadlineIn(ms: number): Deadline {
  const end = Date.now() + ms;
  return { left: () => Math.max(0, end - Date.now()) };
}

/** The earlier of two. */
export function earlier(a: Deadline, b: Deadline): Deadline {
  return { left: () => Math.min(a.left(), b.left()) };
}

/** @throws whatever `late` makes, where the work is not done by then */
export async function inTime<T>(work: Promise<T>, deadline: Deadline, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), deadline.left());
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
