export { createTestBot, type TestAnswer, type TestBot, type TestBotOptions } from "./test-bot.ts";
