/** A moment until which all of a job has to be done, however many steps it has. */
export interface Deadline {
  /** Milliseconds until then; 0 from then on. */
  left(): number;
}

export function deadlineIn(ms: number): Deadline {
  const end = Date.now() + ms;
  return { left: () => Math.max(0, end - Date.now()) };
}
