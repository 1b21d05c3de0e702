import type { Playground } from "@rookery/host/api";
import { createContext, use } from "react";

/** As whom one speaks, and who there is. */
export interface Speaker {
  userId: string;
  everybody: readonly string[];
  choose(userId: string): void;
}

const SpeakerContext = createContext<Speaker | null>(null);
export const SpeakerProvider = SpeakerContext.Provider;

export function useSpeaker(): Speaker {
  const speaker = use(SpeakerContext);
  if (!speaker) throw new Error("useSpeaker outside of SpeakerProvider");
  return speaker;
}

/** The playground as one of its people has it; as its first one where there is no such other. */
export function playgroundAs(playground: NonNullable<Playground>, userId: string | undefined) {
  const other = playground.people.find((person) => person.userId === userId);
  return other ? { ...playground, ...other } : playground;
}
