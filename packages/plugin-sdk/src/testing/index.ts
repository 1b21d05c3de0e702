export {
  createTestBot,
  type TestAnswer,
  type TestBot,
  type TestBotOptions,
  type TestProgram,
  type TestRun,
  type TestSender,
} from "./test-bot.ts";
export type { TestFile } from "./test-host.ts";
export type { TestRoom } from "./test-rooms.ts";
export type { TestRequest, TestResponse } from "./webhook-call.ts";
