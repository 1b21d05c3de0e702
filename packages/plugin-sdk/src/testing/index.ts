export { createTestBot, type TestAnswer, type TestBot, type TestBotOptions } from "./test-bot.ts";
export type { TestRoom } from "./test-rooms.ts";
