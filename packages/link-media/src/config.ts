import { Type } from "@rookery/plugin-sdk";

/** What an operator can set of every plugin that brings links' media. */
export const COMMON_CONFIG = {
  caption: Type.Enum(["off", "compact", "full"], {
    default: "compact",
    title: "Caption",
    description:
      "What stands under the first picture: nothing, the author and the first line, or all of it. Rooms can choose for themselves.",
  }),
  maxMegabytes: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 2000,
    title: "Size limit (MB)",
    description:
      "For one file; the homeserver's own limit counts where it is lower. What is larger comes as its cover picture and a link.",
  }),
  shrinkMegabytes: Type.Integer({
    default: 200,
    minimum: 0,
    maximum: 2000,
    title: "Make smaller up to (MB)",
    description:
      "Films over the limit are made smaller up to this size, where ffmpeg is granted and there. 0: never.",
  }),
  keepMinutes: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 10_080,
    title: "Keep (minutes)",
    description:
      "The same post within this time is sent from the homeserver's own copy, in rooms that are not encrypted. 0: never.",
  }),
  perPerson: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 1000,
    title: "Posts per person",
    description: "In ten minutes. Who asks for more is told when it goes on.",
  }),
  perRoom: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 10_000,
    title: "Posts per room",
    description: "In ten minutes.",
  }),
  pauseSeconds: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 3600,
    title: "Pause after failures (seconds)",
    description:
      "A way to fetch posts that is limited, or fails three times in a row, is left alone for so long, and longer if it goes on. 0: never.",
  }),
};

/** The values of {@link COMMON_CONFIG}, and the time that a post may take. */
export interface CommonConfig {
  caption: "off" | "compact" | "full";
  maxMegabytes: number;
  shrinkMegabytes: number;
  keepMinutes: number;
  perPerson: number;
  perRoom: number;
  pauseSeconds: number;
  /** Until it is known what a post is. */
  lookupSeconds: number;
  /** For one post, until its files are downloaded. */
  timeoutSeconds: number;
}
